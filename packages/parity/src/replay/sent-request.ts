import type { JsonValue } from '@stagegate/core-transforms';
import { keptUrl } from '@stagegate/gateway-engine/record';

/** Stands where a credential goes: a replay has none, and a record neither. */
export const CREDENTIAL = '<credential>';

/** The path and query of a URL, as a record keeps them: what may be secret is masked. */
export function sentPath(url: string): string {
  const kept = keptUrl(url);
  const start = kept.indexOf('/', kept.indexOf('://') + 3);
  return start === -1 ? '/' : kept.slice(start);
}

/** A body as text: JSON as it is, a form as what it holds, since its boundary is random; a form that is none as it is. A promise only for a form. */
export function toBodyText(body: string | Uint8Array, contentType: string | undefined): string | Promise<string> {
  if (contentType !== undefined && /^multipart\/form-data\b/iu.test(contentType)) return readForm(body, contentType);
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

async function readForm(body: string | Uint8Array, contentType: string): Promise<string> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : Uint8Array.from(body);
  try {
    return JSON.stringify({ $multipart: await readParts(new Response(bytes, { headers: { 'content-type': contentType } })) });
  } catch {
    return Buffer.from(bytes).toString();
  }
}

/** The parts of a form, files as base64. */
export async function readParts(form: Pick<Response, 'formData'>): Promise<readonly JsonValue[]> {
  const parts: JsonValue[] = [];
  for (const [name, value] of await form.formData()) {
    if (typeof value === 'string') parts.push({ name, value });
    else {
      const base64 = Buffer.from(await value.arrayBuffer()).toString('base64');
      parts.push({ name, filename: value.name, content_type: value.type, base64 });
    }
  }
  return parts;
}
