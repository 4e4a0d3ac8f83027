import { scanRawObject, toOcrBody, toRawObject, type FormPart, type JsonObject, type RawObject } from '@stagegate/core-transforms';
import { refuseBody, routedFor } from '@stagegate/gateway-engine/auth';
import { declaresTooLarge } from '@stagegate/gateway-engine/limits';
import { withNameBehind, withStreamUsage } from '@stagegate/gateway-engine/routing';
import { readBody } from '../node/read-body.ts';
import { headerOf, headersOf, type App, type Exchange } from './parts.ts';
import { emptyMeansObject } from './quirks/empty-body-is-an-object.ts';
import { Refusal, refusedByTransform } from './refusal.ts';
import type { ProviderRoute } from './route-table.ts';

const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)/iu;

/** Reads the whole body within its limit, as JSON or as a form, and refuses what no client may say. */
export async function readRequest(app: App, exchange: Exchange, route: ProviderRoute, pathModel: string | undefined): Promise<RawObject> {
  const given = exchange.front?.prescan?.body ?? (await parseBody(app, exchange, route));
  const isRouted = routedFor(app.findDeployments, exchange.caller);
  const body = pathModel === undefined ? withNameBehind(given, route.dialect, isRouted) : given;
  const refused = refuseBody(app.config, exchange.caller, body.value, headersOf(exchange));
  if (refused !== undefined) throw new Refusal(refused);
  const missing = route.needs.find((name) => (body.value[name] ?? null) === null);
  if (missing !== undefined) throw new Refusal({ kind: 'missing-member', route: route.name, name: missing });
  return app.config.streamsCount === true ? withStreamUsage(body, route.dialect) : body;
}

async function parseBody(app: App, exchange: Exchange, route: ProviderRoute): Promise<RawObject> {
  const bytes = await bufferBody(app, exchange);
  const contentType = headerOf(exchange, 'content-type');
  if (contentType !== undefined && FORM.test(contentType)) {
    if (route.takesForm) return parseForm(bytes, contentType);
    throw new Refusal({ kind: 'bad-body', what: 'form', message: 'this route takes JSON' });
  }
  const scanned = scanRawObject(emptyMeansObject(bytes));
  if (!scanned.ok) throw refusedByTransform(scanned.error);
  return scanned.value;
}

/** The whole body, within its limit. */
export async function bufferBody(app: App, exchange: Exchange): Promise<Uint8Array> {
  const { bodyBytesMax: bytesMax } = app.config;
  if (declaresTooLarge(headerOf(exchange, 'content-length'), bytesMax)) throw new Refusal({ kind: 'body-too-large', bytesMax });
  if (exchange.bytes === undefined) {
    try {
      exchange.bytes = await readBody(exchange.incoming, bytesMax, app.deadlines);
    } catch {
      throw new Refusal({ kind: 'body-cut' });
    }
  }
  if (exchange.bytes === undefined || exchange.bytes.byteLength > bytesMax) throw new Refusal({ kind: 'body-too-large', bytesMax });
  return exchange.bytes;
}

async function parseForm(bytes: Uint8Array, contentType: string): Promise<RawObject> {
  const form = await readFields(bytes, contentType);
  const parts: FormPart[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string') parts.push({ name, value });
    else parts.push({ name, filename: value.name, contentType: value.type, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  const body = toOcrBody(parts);
  if (!body.ok) throw refusedByTransform(body.error);
  const value: JsonObject = body.value;
  return toRawObject(value);
}

async function readFields(bytes: Uint8Array, contentType: string): Promise<FormData> {
  try {
    return await new Response(Uint8Array.from(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new Refusal({ kind: 'bad-body', what: 'form', message: 'it is malformed' });
  }
}
