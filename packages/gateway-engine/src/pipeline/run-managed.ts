import { scanRawObject } from '@stagegate/core-transforms';
import { refuseRole, refuseVisit } from '../auth/index.ts';
import { done, renderErrorBody, stop, toAnswerError, type EngineError, type Staged } from '../errors/index.ts';
import { declaresTooLarge } from '../limits/index.ts';
import { ANYONE, type Caller, type CallAnswer, type ManagedCall, type ManagedRoute, type RawCall } from '../ports/index.ts';
import type { LocalRoute, RouteContract } from '../routes/index.ts';
import type { EngineParts } from './engine-parts.ts';
import { authenticate } from './stages/authorize.ts';

/** Lets a caller in to a route that manages the gateway, reads what was sent, and hands it over. */
export async function runManaged(parts: EngineParts, route: ManagedRoute, raw: RawCall): Promise<CallAnswer> {
  const header = (name: string): string | undefined => raw.header(name);
  const caller = await letIn(parts, route, raw);
  if (!caller.ok) return plainError(route, caller.error);
  const body = await readObject(parts, raw);
  if (!body.ok) return plainError(route, body.error);
  const places = parts.management?.find(raw.method, raw.path)?.places ?? {};
  return route.answer({ caller: caller.value, path: raw.path, query: new URLSearchParams(raw.query), places, body: body.value, header });
}

/** Who visits a route that calls no provider, or why he may not. */
export async function letIn(parts: EngineParts, { access }: LocalRoute | ManagedRoute, raw: RawCall): Promise<Staged<Caller>> {
  if (access === 'open') return done(ANYONE);
  const caller = await authenticate(parts, raw);
  if (!caller.ok) return caller;
  const refused = refuseVisit(caller.value, raw.path) ?? refuseRole(caller.value, access, raw.path, caller.value.adminOf);
  return refused === undefined ? caller : stop(refused);
}

async function readObject({ config }: EngineParts, raw: RawCall): Promise<Staged<ManagedCall['body']>> {
  const { bodyBytesMax: bytesMax } = config;
  if (declaresTooLarge(raw.header('content-length'), bytesMax)) return stop({ kind: 'body-too-large', bytesMax });
  const bytes = raw.prescan?.bytes ?? (await raw.readBody(bytesMax));
  if (bytes === undefined) return stop({ kind: 'body-too-large', bytesMax });
  if (bytes.byteLength === 0) return done({});
  const scanned = raw.prescan?.body === undefined ? scanRawObject(bytes) : { ok: true as const, value: raw.prescan.body };
  return scanned.ok ? done(scanned.value.value) : stop({ kind: 'transform', error: scanned.error, modelGroup: '' });
}

/** An error of a route that calls no provider. */
export function plainError(route: RouteContract, error: EngineError): CallAnswer {
  const shown = toAnswerError(error);
  return { status: shown.status, headers: { 'content-type': 'application/json' }, body: renderErrorBody(route.envelope, shown) };
}
