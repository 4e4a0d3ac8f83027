import { scanRawObject, type JsonObject, type RawObject, type StoredAction } from '@stagegate/core-transforms';
import { refuseBody, routedFor, type LimitedBudget } from '../../auth/index.ts';
import { done, stop, type Staged } from '../../errors/index.ts';
import { declaresTooLarge } from '../../limits/index.ts';
import type { AccessGroupGrants, Caller, Deployment, EndUserGrants, RateLimit, RawCall } from '../../ports/index.ts';
import { readStoredCall, refuseForeign, shownBesidePath, withNameBehind, withStreamUsage } from '../../routing/index.ts';
import { readResponsePath } from '../../routes/index.ts';
import { headersOf } from '../call-headers.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import { readForm } from './parse-form.ts';

/** A call's body, read and checked, and what decides where it goes. */
export interface ParsedCall {
  readonly body: RawObject;
  /** The name asked for; undefined when the call names none. */
  readonly model: string | undefined;
  /** What that name stands for with this caller's key or team; absent: itself. */
  readonly target?: string;
  /** True when the path named the model, not the body. */
  readonly modelFromPath: boolean;
  /** Of a model from the path: what the answer calls it; absent: as the provider does. */
  readonly shownAs?: string;
  readonly stream: boolean;
  /** Set where the path named a response: the only one that has it. */
  readonly deployments?: readonly Deployment[];
  /** What it counts against; absent: nothing. */
  readonly rates?: readonly RateLimit[];
  /** What it takes money of; absent: nothing that has a limit. */
  readonly budgets?: readonly LimitedBudget[];
  /** Whom it is for, where he is known. */
  readonly endUser?: EndUserGrants | undefined;
  /** The customer that the call names is not known. */
  readonly endUserOff?: boolean;
  /** Model access groups that count what it costs; absent: none. */
  readonly accessGroups?: readonly AccessGroupGrants[];
}

const EMPTY_OBJECT = new TextEncoder().encode('{}');
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)/iu;

/** Reads the body within its limit, and checks all of it that no transform needs to know. */
export async function parse(engine: EngineParts, open: OpenCall): Promise<Staged<ParsedCall>> {
  const { route, raw, tape, caller } = open;
  if (route.stored !== undefined) return parseStored(engine, route.stored, raw, caller);
  if (raw.prescan?.body !== undefined) {
    tape?.asked(raw.prescan.bytes, raw.prescan.body);
    return check(engine, open, raw.prescan.body);
  }
  const { bodyBytesMax: bytesMax } = engine.config;
  if (declaresTooLarge(raw.header('content-length'), bytesMax)) return stop({ kind: 'body-too-large', bytesMax });
  const bytes = raw.prescan?.bytes ?? (await raw.readBody(bytesMax));
  if (bytes === undefined || bytes.byteLength > bytesMax) return stop({ kind: 'body-too-large', bytesMax });
  const contentType = raw.header('content-type');
  if (contentType !== undefined && FORM.test(contentType)) {
    tape?.asked(bytes);
    const form = await readForm(route, bytes, contentType);
    return form.ok ? check(engine, open, form.value) : form;
  }
  // The reference reads an empty body as an empty object, and then says what is missing.
  const scanned = scanRawObject(bytes.byteLength === 0 ? EMPTY_OBJECT : bytes);
  tape?.asked(bytes, scanned.ok ? scanned.value : undefined);
  if (!scanned.ok) return stop({ kind: 'transform', error: scanned.error, modelGroup: '' });
  return check(engine, open, scanned.value);
}

/** What is done with a kept response asks for no model, so that none is checked; as in the reference. */
function parseStored(engine: EngineParts, action: StoredAction, raw: RawCall, caller: Caller | undefined): Staged<ParsedCall> {
  const id = readResponsePath(raw.path);
  const foreign = refuseForeign(id, caller, engine.responseSeals);
  if (foreign !== undefined) return stop(foreign);
  const read = readStoredCall(action, id, raw.query, engine.findResponse);
  if ('error' in read) return stop(read.error);
  const { body, deployment } = read;
  return done({ body, model: undefined, target: deployment.modelGroup, modelFromPath: true, stream: false, deployments: [deployment] });
}

function check(engine: EngineParts, { route, raw, caller }: OpenCall, given: RawObject): Staged<ParsedCall> {
  const pathModel = engine.readPathModel(route)(raw.path);
  const body = pathModel === undefined ? withNameBehind(given, route.dialect, routedFor(engine.findDeployments, caller)) : given;
  const { value } = body;
  const refused = refuseBody(engine.config, caller, value, headersOf(raw));
  if (refused !== undefined) return stop(refused);
  const missing = route.required.find((name) => value[name] === undefined || value[name] === null);
  if (missing !== undefined) return stop({ kind: 'missing-member', route: route.referenceName, name: missing });
  const model = pathModel ?? nameOf(value);
  const counted = engine.config.streamsCount === true ? withStreamUsage(body, route.dialect) : body;
  const stream = route.streams && isTrue(value['stream']);
  const shownAs = shownBesidePath(pathModel, nameOf(value), stream);
  return done({ body: counted, model, modelFromPath: pathModel !== undefined, stream, ...(shownAs !== undefined && { shownAs }) });
}

function nameOf(body: JsonObject): string | undefined {
  const { model } = body;
  return typeof model === 'string' ? model : undefined;
}

/** Clients that build their bodies from forms send `"true"`. */
function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
