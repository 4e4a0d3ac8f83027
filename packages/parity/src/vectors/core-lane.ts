import {
  chooseTransform,
  scanRawObject,
  toClientError,
  type Ambient,
  type CallTransform,
  type ClientAnswer,
  type ClientCall,
  type Outcome,
  type Plan,
  type ProviderAnswer,
  type ProviderRequest,
  type TransformError,
} from '@stagegate/core-transforms';
import { renderErrorBody, renderErrorEvent, type EnvelopeId } from '@stagegate/gateway-engine/errors';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { RecordedBody, RecordedStream, Vector } from '@stagegate/testbed';
import { parseJson } from '../compare/difference.ts';
import type { AnswerRecord, RequestRecord } from '../compare/records.ts';
import { toCorePlan, type CorePlan } from './core-plan.ts';
import { describeThrown, type Observed } from './observed.ts';

const AMBIENT: Ambient = { nowSeconds: 1_764_000_000, callId: '00000000-0000-4000-8000-000000000000' };

/** How the recorded stream is cut into pieces before core sees it. */
export type CutText = (text: string) => readonly string[];

const WHOLE: CutText = (text) => [text];

/**
 * Plays a case through core alone: client body → provider request; recorded provider answer → client answer.
 * Undefined when core has no part in it: a call that the engine answers by itself.
 */
export function playCore(vector: Vector, config: LoadedConfig, cut: CutText = WHOLE): Observed | undefined {
  const requests: RequestRecord[] = [];
  try {
    const planned = toCorePlan(vector, config);
    if (planned === undefined) return undefined;
    return { requests, answer: answerCall(vector, planned, requests, cut), thrown: undefined };
  } catch (error) {
    return { requests, answer: undefined, thrown: describeThrown(error) };
  }
}

/** Undefined when core sent a request that the recording never answered: the comparison of requests says the rest. */
function answerCall(vector: Vector, { plan, deployment }: CorePlan, requests: RequestRecord[], cut: CutText): AnswerRecord | undefined {
  const { client_request: given } = vector;
  const scanned = scanRawObject(new TextEncoder().encode(typeof given === 'string' ? given : JSON.stringify(given)));
  if (!scanned.ok) return errorAnswer(scanned.error, plan);
  const call: ClientCall = { body: scanned.value, headers: clientHeaders(vector) };
  const chosen = chooseTransform(plan);
  if (!chosen.ok) return errorAnswer(chosen.error, plan);
  const here = chosen.value.local?.(call, plan, AMBIENT);
  if (here !== undefined) return wholeAnswer(here, plan);
  const request = chosen.value.request(call, plan, AMBIENT);
  if (!request.ok) return errorAnswer(request.error, plan);
  requests.push(toRecord(request.value, deployment.apiKey));
  const { provider_response: whole, provider_stream: stream } = vector;
  if (whole === undefined && stream === undefined) return undefined;
  const recovered = chosen.value.recover?.(call, plan, AMBIENT);
  if (whole !== undefined && whole.status >= 400) {
    return recovered?.ok === true ? wholeAnswer(recovered, plan) : errorAnswer(chosen.value.error(toProviderAnswer(whole), plan), plan);
  }
  if (plan.stream) return streamAnswer(chosen.value, call, plan, stream ?? toStream(whole), cut);
  if (whole === undefined) throw new Error('the case has no whole provider answer');
  const answer = chosen.value.response(toProviderAnswer(whole), call, plan, AMBIENT);
  return wholeAnswer(answer.ok ? answer : (recovered ?? answer), plan);
}

function wholeAnswer(answer: Outcome<ClientAnswer>, plan: Plan): AnswerRecord {
  return answer.ok ? { kind: 'json', status: 200, body: parseJson(answer.value.body) ?? null } : errorAnswer(answer.error, plan);
}

function streamAnswer(transform: CallTransform, call: ClientCall, plan: Plan, stream: RecordedStream, cut: CutText): AnswerRecord {
  const machine = transform.stream(call, plan);
  let state = machine.start(AMBIENT);
  let text = '';
  let error: TransformError | undefined;
  for (const piece of cut(stream.text ?? '')) {
    const step = machine.step(state, piece);
    state = step.state;
    text += step.out.join('');
    error = step.error;
    if (error !== undefined) break;
  }
  if (error === undefined && stream.end === 'abort') error = { kind: 'stream-cut', provider: plan.provider.id, phase: 'streaming' };
  if (error === undefined) {
    const last = machine.end(state);
    text += last.out.join('');
    error = last.error;
  }
  if (error === undefined) return { kind: 'stream', status: 200, text };
  if (text === '') return errorAnswer(error, plan);
  return { kind: 'stream', status: 200, text: text + renderErrorEvent(envelopeOf(plan), toClientError(error, plan.modelGroup)) };
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

/** What the engine does at send: the credential at its place, path and query off the URL. */
function toRecord(request: ProviderRequest, key: string | undefined): RequestRecord {
  const url = new URL(request.url);
  const headers: Record<string, string> = { ...request.headers };
  if (key !== undefined && request.auth.kind === 'header') {
    headers[request.auth.header] = request.auth.scheme === '' ? key : `${request.auth.scheme} ${key}`;
  }
  if (key !== undefined && request.auth.kind === 'query') url.searchParams.set(request.auth.name, key);
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
