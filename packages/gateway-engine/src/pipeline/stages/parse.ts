import { scanRawObject, type JsonObject, type RawObject } from '@stagegate/core-transforms';
import { findBannedMember } from '../../auth/index.ts';
import { done, stop, type Staged } from '../../errors/index.ts';
import { declaresTooLarge } from '../../limits/index.ts';
import type { RawCall } from '../../ports/index.ts';
import type { CallRoute } from '../../routes/index.ts';
import type { EngineParts } from '../engine-parts.ts';
import { readForm } from './parse-form.ts';

/** A call's body, read and checked, and what decides where it goes. */
export interface ParsedCall {
  readonly body: RawObject;
  /** The name asked for; undefined when the call names none. */
  readonly model: string | undefined;
  /** True when the path named the model, not the body. */
  readonly modelFromPath: boolean;
  readonly stream: boolean;
}

const EMPTY_OBJECT = new TextEncoder().encode('{}');
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)/iu;

/** Reads the body within its limit, and checks all of it that no transform needs to know. */
export async function parse(engine: EngineParts, route: CallRoute, raw: RawCall): Promise<Staged<ParsedCall>> {
  const scanned = raw.prescan?.body ?? (await readObject(engine, route, raw));
  if ('ok' in scanned) return scanned;
  const { value } = scanned;
  if (!engine.config.allowClientSideCredentials) {
    const banned = findBannedMember(value);
    if (banned !== undefined) return stop({ kind: 'banned-member', name: banned });
  }
  const missing = route.required.find((name) => value[name] === undefined || value[name] === null);
  if (missing !== undefined) return stop({ kind: 'missing-member', route: route.referenceName, name: missing });
  const pathModel = engine.readPathModel(route)(raw.path);
  const model = pathModel ?? nameOf(value);
  return done({ body: scanned, model, modelFromPath: pathModel !== undefined, stream: route.streams && isTrue(value['stream']) });
}

async function readObject(engine: EngineParts, route: CallRoute, raw: RawCall): Promise<RawObject | Extract<Staged<never>, { ok: false }>> {
  const { bodyBytesMax: bytesMax } = engine.config;
  if (declaresTooLarge(raw.header('content-length'), bytesMax)) return stop({ kind: 'body-too-large', bytesMax });
  const bytes = raw.prescan?.bytes ?? (await raw.readBody(bytesMax));
  if (bytes === undefined || bytes.byteLength > bytesMax) return stop({ kind: 'body-too-large', bytesMax });
  const contentType = raw.header('content-type');
  if (contentType !== undefined && FORM.test(contentType)) {
    return readForm(route, bytes, contentType);
  }
  // The reference reads an empty body as an empty object, and then says what is missing.
  const scanned = scanRawObject(bytes.byteLength === 0 ? EMPTY_OBJECT : bytes);
  return scanned.ok ? scanned.value : stop({ kind: 'transform', error: scanned.error, modelGroup: '' });
}

function nameOf(body: JsonObject): string | undefined {
  const { model } = body;
  return typeof model === 'string' ? model : undefined;
}

/** Clients that build their bodies from forms send `"true"`. */
function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
