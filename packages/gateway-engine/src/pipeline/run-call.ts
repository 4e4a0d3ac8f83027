import type { ClientAnswer, ClientCall, Outcome } from '@stagegate/core-transforms';
import { declinedHeader, renderErrorBody, toAnswerError, type EngineError } from '../errors/index.ts';
import type { CallAnswer, Declined, RawCall, UpstreamAnswer } from '../ports/index.ts';
import type { CallRoute } from '../routes/index.ts';
import { answerHeaders } from './answer-headers.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { admit, authenticate } from './stages/authorize.ts';
import { parse } from './stages/parse.ts';
import { plan, type PlannedCall } from './stages/plan.ts';
import { respond } from './stages/respond.ts';
import { send, toClientCall } from './stages/send.ts';
import { settleFailure } from './stages/settle.ts';
import { startStream } from './stages/stream.ts';
import { tapeAnswer, tapeOf } from './tape-call.ts';

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream; charset=utf-8';

/** Answers one call, and tells a tape of it where there is one. */
export function runCall(engine: EngineParts, route: CallRoute, raw: RawCall): Promise<CallAnswer> {
  const open = openCall(engine, route, raw);
  const { tape } = open;
  return tape === undefined ? answerCall(engine, open) : answerCall(engine, open).then((answer) => tapeAnswer(answer, tape));
}

/** The whole flow of one call. Each step is one function that gives a value or the error that ends the call. */
async function answerCall(engine: EngineParts, open: OpenCall): Promise<CallAnswer> {
  const { route, raw } = open;
  const known = authenticate(engine, raw);
  const caller = known instanceof Promise ? await known : known;
  if (!caller.ok) return refuse(engine, open, caller.error);
  open.caller = caller.value;

  const read = await parse(engine, open);
  if (!read.ok) return refuse(engine, open, read.error);

  const admitted = admit(engine, raw, caller.value, read.value);
  const parsed = admitted instanceof Promise ? await admitted : admitted;
  if (!parsed.ok) return refuse(engine, open, parsed.error);

  const planned = plan(engine, route, parsed.value);
  if (!planned.ok) return refuse(engine, open, planned.error);

  const client = toClientCall(raw, parsed.value);
  const here = planned.value.transform.local?.(client, planned.value.plan, open.ambient);
  if (here !== undefined) return answerItself(engine, open, planned.value, here);

  const sentMs = engine.clock.monotonicMs();
  const sent = await send(engine, open, client, planned.value);
  if (!sent.ok) return recover(engine, open, client, planned.value, sent.error);

  const answer = sent.value;
  if (planned.value.plan.stream && answer.status < 300) {
    const started = await startStream(open, client, planned.value, answer);
    if (!started.ok) return refuse(engine, open, started.error, planned.value, answer);
    return { status: 200, headers: streamHeaders(engine, open, planned.value, answer), body: started.body };
  }

  const shown = await respond(open, client, planned.value, answer);
  if (!shown.ok) return recover(engine, open, client, planned.value, shown.error, answer);
  const providerMs = engine.clock.monotonicMs() - sentMs;
  return wholeAnswer(200, answerHeaders(engine, open, JSON_TYPE, planned.value.deployment, answer, providerMs), shown.value);
}

/** A transform's own answer: nothing was sent for it, or nothing usable came back. */
function answerItself(engine: EngineParts, open: OpenCall, planned: PlannedCall, shown: Outcome<ClientAnswer>): CallAnswer {
  if (!shown.ok) return refuse(engine, open, { kind: 'transform', error: shown.error, modelGroup: planned.plan.modelGroup }, planned);
  return wholeAnswer(200, answerHeaders(engine, open, JSON_TYPE, planned.deployment, undefined, undefined), shown.value.body);
}

/** Lets the transform answer in the provider's place, if it can; else the error stands. */
function recover(
  engine: EngineParts,
  open: OpenCall,
  client: ClientCall,
  planned: PlannedCall,
  error: EngineError,
  answer?: UpstreamAnswer,
): CallAnswer {
  const recovered = planned.transform.recover?.(client, planned.plan, open.ambient);
  return recovered?.ok === true ? answerItself(engine, open, planned, recovered) : refuse(engine, open, error, planned, answer);
}

function openCall(engine: EngineParts, route: CallRoute, raw: RawCall): OpenCall {
  const ownId = engine.ids.callId();
  const ambient = { nowSeconds: Math.floor(engine.clock.nowMs() / 1000), callId: ownId };
  const startedMs = engine.clock.monotonicMs();
  const tape = engine.recorder === undefined ? undefined : tapeOf(engine.recorder, route, raw, ambient);
  return { route, raw, callId: clientCallId(raw) ?? ownId, ambient, startedMs, tape, caller: undefined };
}

/** The reference takes any of up to 256 characters. */
function clientCallId(raw: RawCall): string | undefined {
  const id = raw.header('x-litellm-call-id');
  return id === undefined || id === '' || id.length > 256 ? undefined : id;
}

function streamHeaders(engine: EngineParts, open: OpenCall, planned: PlannedCall, answer: UpstreamAnswer): Record<string, string> {
  const headers = answerHeaders(engine, open, STREAM_TYPE, planned.deployment, answer, undefined);
  // Proxies in front would else gather the events into one.
  headers['cache-control'] = 'no-cache';
  headers['x-accel-buffering'] = 'no';
  return headers;
}

/** Words an error in the route's own envelope. A declined call says so, so that front may try another lane. */
function refuse(engine: EngineParts, open: OpenCall, error: EngineError, planned?: PlannedCall, answer?: UpstreamAnswer): CallAnswer {
  const shown = toAnswerError(error);
  settleFailure(engine, open, error, shown);
  const headers = answerHeaders(engine, open, JSON_TYPE, planned?.deployment, answer, undefined);
  const refusal = wholeAnswer(shown.status, headers, renderErrorBody(open.route.envelope, shown));
  const declined = declinedBy(error);
  if (declined === undefined) return refusal;
  headers['x-stagegate-declined'] = declinedHeader(declined);
  return { ...refusal, declined };
}

/** With its length, else Node would send it in chunks. */
function wholeAnswer(status: number, headers: Record<string, string>, body: string): CallAnswer {
  headers['content-length'] = String(Buffer.byteLength(body));
  return { status, headers, body };
}

function declinedBy(error: EngineError): Declined | undefined {
  if (error.kind !== 'transform' || error.error.kind !== 'declined') return undefined;
  const { path, reason } = error.error;
  return { by: 'core', reason: path === '' ? reason : `${path}: ${reason}` };
}
