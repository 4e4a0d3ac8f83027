import { toRawObject, type FormPart, type RawObject } from '@stagegate/core-transforms';
import { done, stop, type Staged } from '../../errors/index.ts';
import type { CallRoute } from '../../routes/index.ts';

/**
 * A form as the JSON body that would say the same, by the route's own rule.
 *
 * errors: `bad-body` for a form that cannot be read, or on a route that takes none.
 */
export async function readForm(route: CallRoute, bytes: Uint8Array, contentType: string): Promise<Staged<RawObject>> {
  if (route.toBody === undefined) return stop({ kind: 'bad-body', what: 'form', message: 'this route takes JSON' });
  const parts = await readParts(bytes, contentType);
  if (parts === undefined) return stop({ kind: 'bad-body', what: 'form', message: 'it is malformed' });
  const body = route.toBody(parts);
  return body.ok ? done(toRawObject(body.value)) : stop({ kind: 'transform', error: body.error, modelGroup: '' });
}

async function readParts(bytes: Uint8Array, contentType: string): Promise<readonly FormPart[] | undefined> {
  let form: FormData;
  try {
    form = await new Response(Buffer.from(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch {
    return undefined;
  }
  return Promise.all([...form].map(([name, value]) => toPart(name, value)));
}

async function toPart(name: string, value: string | File): Promise<FormPart> {
  if (typeof value === 'string') return { name, value };
  return { name, filename: value.name, contentType: value.type, bytes: new Uint8Array(await value.arrayBuffer()) };
}
