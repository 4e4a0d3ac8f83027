import {
  chooseTransform,
  parseJson,
  scanRawObject,
  toClientError,
  type Ambient,
  type CallParts,
  type CallTransform,
  type ClientAnswer,
  type ClientCall,
  type OpaqueMachine,
  type Outcome,
  type Plan,
  type ProviderAnswer,
  type ProviderRequest,
  type TransformError,
} from '@stagegate/core-transforms';
import { renderErrorBody, renderErrorEvent, type EnvelopeId } from '@stagegate/gateway-engine/errors';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { Deployment } from '@stagegate/gateway-engine/ports';
import type { RecordedBody, RecordedStream, Vector } from '@stagegate/testbed';
import type { AnswerRecord, RequestRecord } from '../compare/records.ts';
import { toCorePlan, type CorePlan } from './core-plan.ts';
import { describeThrown, type Observed } from './observed.ts';
import { recordedAuthorization } from './recorded-credentials.ts';

const AMBIENT: Ambient = { nowSeconds: 1_764_000_000, callId: '00000000-0000-4000-8000-000000000000' };

/** How the recorded stream is cut into pieces before core sees it. */
export type CutText = (text: string) => readonly string[];

/** Plays a case whose stream comes in pieces. out: undefined where core has no part in it, because the engine answers alone. */
export type PreparedCase = (cut: CutText) => Observed | undefined;

/**
 * Plays a case through core alone: client body → provider request; recorded provider answer → client answer. All that does not depend on the
 * cuts of the stream is done once, for tests that cut it in a thousand ways.
 */
export function prepareCase(vector: Vector, config: LoadedConfig): PreparedCase {
  const requests: RequestRecord[] = [];
  const observe = <T>(run: () => T): T | Observed => {
    try {
      return run();
    } catch (error) {
      return { requests, answer: undefined, thrown: describeThrown(error) };
    }
  };
  const observed = observe(() => {
    const planned = toCorePlan(vector, config);
    if (planned === undefined) return undefined;
    const answer = answerCall(vector, planned, requests);
    return typeof answer === 'function' ? answer : { requests, answer, thrown: undefined };
  });
  if (typeof observed !== 'function') return () => observed;
  return (cut) => observe(() => ({ requests, answer: observed(cut), thrown: undefined }));
}

/** The answer, or a function of the cuts for a stream. Undefined where the recording has no answer; the comparison of requests reports that. */
function answerCall(
  vector: Vector,
  { plan, deployment }: CorePlan,
  requests: RequestRecord[],
): AnswerRecord | ((cut: CutText) => AnswerRecord) | undefined {
  const { client_request: given } = vector;
  const scanned = scanRawObject(new TextEncoder().encode(typeof given === 'string' ? given : JSON.stringify(given)));
  if (!scanned.ok) return errorAnswer(scanned.error, plan);
  const call: ClientCall = { body: scanned.value, headers: clientHeaders(vector), memory: {} };
  const chosen = chooseTransform(plan);
  if (!chosen.ok) return errorAnswer(chosen.error, plan);
  const here = chosen.value.local?.(call, plan, AMBIENT);
  if (here !== undefined) return wholeAnswer(here, plan);
  const { parts } = chosen.value;
  const inputs = parts?.takesOne(plan) === true ? parts.inputs(call, plan) : undefined;
  if (parts !== undefined && inputs !== undefined && inputs.length > 1) {
    const calls = inputs.map((input) => parts.withInputs(call, [input]));
    return answerInTurn(vector, { plan, deployment }, requests, { transform: chosen.value, calls, parts });
  }
  const request = chosen.value.request(call, plan, AMBIENT);
  if (!request.ok) return errorAnswer(request.error, plan);
  requests.push(toRecord(request.value, deployment));
  const { provider_response: whole, provider_stream: stream } = vector;
  if (whole === undefined && stream === undefined) return undefined;
  const recovered = chosen.value.recover?.(call, plan, AMBIENT);
  if (whole !== undefined && whole.status >= 400) {
    return recovered?.ok === true ? wholeAnswer(recovered, plan) : errorAnswer(chosen.value.error(toProviderAnswer(whole), plan), plan);
  }
  if (plan.stream) return (cut) => streamAnswer(chosen.value, call, plan, stream ?? toStream(whole), cut);
  if (whole === undefined) throw new Error('the case has no whole provider answer');
  const answer = chosen.value.response(toProviderAnswer(whole), call, plan, AMBIENT);
  return wholeAnswer(answer.ok ? answer : (recovered ?? answer), plan);
}

/** Plays a call that needs several requests in turn. */
function answerInTurn(
  { provider_exchanges: exchanges = [] }: Vector,
  { plan, deployment }: CorePlan,
  requests: RequestRecord[],
  { transform, calls, parts }: { readonly transform: CallTransform; readonly calls: readonly ClientCall[]; readonly parts: CallParts },
): AnswerRecord | undefined {
  const texts: string[] = [];
  for (const [index, call] of calls.entries()) {
    const request = transform.request(call, plan, AMBIENT);
    if (!request.ok) return errorAnswer(request.error, plan);
    requests.push(toRecord(request.value, deployment));
    const given = exchanges[index]?.provider_response;
    if (given === undefined) return undefined;
    if (given.status >= 400) return errorAnswer(transform.error(toProviderAnswer(given), plan), plan);
    const answer = transform.response(toProviderAnswer(given), call, plan, AMBIENT);
    if (!answer.ok) return errorAnswer(answer.error, plan);
    texts.push(answer.value.body);
  }
  return wholeAnswer({ ok: true, value: parts.join(texts), notes: [] }, plan);
}

function wholeAnswer(answer: Outcome<ClientAnswer>, plan: Plan): AnswerRecord {
  return answer.ok ? { kind: 'json', status: 200, body: parseJson(answer.value.body) ?? null } : errorAnswer(answer.error, plan);
}

function streamAnswer(transform: CallTransform, call: ClientCall, plan: Plan, stream: RecordedStream, cut: CutText): AnswerRecord {
  const input = readInput(transform, call, plan, stream, cut);
  const machine = transform.stream(call, plan);
  const shown = runMachine(machine, input.out, input.error === undefined && stream.end !== 'abort');
  const text = shown.out.join('');
  const cutError: TransformError | undefined =
    stream.end === 'abort' ? { kind: 'stream-cut', provider: plan.provider.id, phase: 'streaming' } : undefined;
  const error = shown.error ?? input.error ?? cutError;
  if (error === undefined) return { kind: 'stream', status: 200, text };
  if (text === '') return errorAnswer(error, plan);
  const worded = toClientError(error, plan.modelGroup);
  const last = machine.fail?.(shown.state, worded).join('') ?? renderErrorEvent(envelopeOf(plan), worded);
  return { kind: 'stream', status: 200, text: text + last };
}

/** The provider's stream as text in pieces: as it was recorded, or decoded from the frames of a binary stream. */
function readInput(transform: CallTransform, call: ClientCall, plan: Plan, stream: RecordedStream, cut: CutText): Ran<string> {
  const decode = transform.decode?.(call, plan);
  if (decode === undefined) return { out: cut(stream.text ?? ''), error: undefined, state: undefined };
  const bytes =
    stream.messages === undefined
      ? Buffer.from(stream.text ?? '')
      : Buffer.concat(stream.messages.map(({ frame }) => Buffer.from(frame, 'base64')));
  // As Latin-1 every byte is one character, so that bytes can be cut as text.
  const pieces = cut(bytes.toString('latin1')).map((piece) => Buffer.from(piece, 'latin1'));
  return runMachine(decode, pieces, stream.end !== 'abort');
}

interface Ran<Out> {
  readonly out: readonly Out[];
  readonly error: TransformError | undefined;
  readonly state: unknown;
}

/** Runs a machine over its input. `ends`: the input ends cleanly, and is not cut off. */
function runMachine<In, Out>(machine: OpaqueMachine<In, Out>, input: readonly In[], ends: boolean): Ran<Out> {
  let state = machine.start(AMBIENT);
  const out: Out[] = [];
  for (const piece of input) {
    const step = machine.step(state, piece);
    state = step.state;
    out.push(...step.out);
    if (step.error !== undefined) return { out, error: step.error, state };
  }
  if (!ends) return { out, error: undefined, state };
  const last = machine.end(state);
  return { out: [...out, ...last.out], error: last.error, state: last.state };
}

function errorAnswer(error: TransformError, plan: Plan): AnswerRecord {
  const shown = toClientError(error, plan.modelGroup);
  return { kind: 'json', status: shown.status, body: parseJson(renderErrorBody(envelopeOf(plan), shown)) ?? null };
}

function envelopeOf(plan: Plan): EnvelopeId {
  return plan.dialect.startsWith('anthropic') ? 'anthropic' : 'openai';
}

function clientHeaders(vector: Vector): Readonly<Record<string, string>> {
  const given = Object.entries(vector.client_request_meta?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(given.filter(([name, value]) => value !== '' && !/^(?:authorization|api-key|x-api-key)$/u.test(name)));
}

/** The request as the engine would send it: with its credential, and with path and query split from the URL. */
function toRecord(request: ProviderRequest, deployment: Deployment): RequestRecord {
  const url = new URL(request.url);
  const headers: Record<string, string> = { ...request.headers };
  const { auth } = request;
  const { apiKey: key } = deployment;
  if (auth.kind === 'aws-sigv4' || auth.kind === 'token') Object.assign(headers, recordedAuthorization(auth, deployment));
  if (key !== undefined && auth.kind === 'header') {
    const value = auth.scheme === '' ? key : `${auth.scheme} ${key}`;
    Object.assign(headers, { [auth.header]: value, ...(auth.also !== undefined && { [auth.also]: value }) });
  }
  if (key !== undefined && auth.kind === 'query') url.searchParams.set(auth.name, key);
  const text = typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body);
  return { method: request.method, path: url.pathname + url.search, headers, body: parseJson(text) ?? { $text: text } };
}

function toProviderAnswer(whole: RecordedBody): ProviderAnswer {
  return {
    status: whole.status,
    headers: whole.headers,
    body: whole.body_text ?? (whole.body === undefined ? '' : JSON.stringify(whole.body)),
  };
}

function toStream(whole: RecordedBody | undefined): RecordedStream {
  if (whole === undefined) throw new Error('the case has no provider answer');
  return { status: whole.status, headers: whole.headers, text: toProviderAnswer(whole).body };
}
