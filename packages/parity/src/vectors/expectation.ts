import { isJsonRecord, type Json, type RecordedBody, type Vector } from '@stagegate/testbed';
import type { AnswerRules } from '../compare/compare-answer.ts';
import type { OwnRule } from '../compare/own-rules.ts';
import type { AnswerRecord, RequestRecord } from '../compare/records.ts';
import { isObject, parseJson } from '../compare/difference.ts';

/** What a vector asks of a lane. */
export interface Expectation {
  /** Every request that must go out, in order. */
  readonly requests: readonly RequestRecord[];
  readonly answer: AnswerRecord;
  /** As far as they were recorded, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rules: AnswerRules;
  /** Set where our answer replaces the reference's: then `answer` is not compared. */
  readonly own: OwnRule | undefined;
}

const BODY_PREFIX = '$.client_response.body.';
const EVENTS_PREFIX = '$.client_stream.events';

/** Any of them makes a whole body an answer, whichever the dialect. */
const ANSWER_MEMBERS = [
  'choices',
  'content',
  'output',
  'candidates',
  'pages',
  'data',
  'embeddings',
  'results',
  'input_tokens',
  'message',
  'response',
];

/** Reads off a vector what is to be compared, and how. */
export function toExpectation(vector: Vector): Expectation {
  const exchanged = vector.provider_exchanges?.map((exchange) => exchange.request);
  return {
    requests: namesForeignResponse(vector) ? [] : (exchanged ?? (vector.provider_request === null ? [] : [vector.provider_request])),
    answer: recordedAnswer(vector),
    headers: (vector.client_stream ?? vector.client_response)?.headers ?? {},
    rules: {
      volatileBody: stripPrefix(vector.volatile, BODY_PREFIX),
      volatileEvents: stripPrefix(vector.volatile, EVENTS_PREFIX),
      providerCounted: providerCounted(vector),
      providerMessage: providerMessage(vector),
    },
    own: chooseOwnRule(vector),
  };
}

function stripPrefix(paths: readonly string[], prefix: string): readonly string[] {
  return paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
}

function recordedAnswer({ client_response: whole, client_stream: stream, id }: Vector): AnswerRecord {
  if (stream !== undefined) return { kind: 'stream', status: stream.status, text: stream.text };
  if (whole === undefined) throw new Error(`${id}: no client answer`);
  if (whole.body_base64 !== undefined) return { kind: 'bytes', status: whole.status, base64: whole.body_base64 };
  if (whole.body_text !== undefined) return { kind: 'text', status: whole.status, text: whole.body_text };
  return { kind: 'json', status: whole.status, body: whole.body ?? null };
}

/** The provider's whole side as text, for questions that do not depend on its format. */
function providerText({ provider_response: whole, provider_stream: stream }: Vector): string {
  if (stream !== undefined) return stream.text ?? (stream.messages ?? []).map((message) => JSON.stringify(message)).join('\n');
  return whole === undefined ? '' : (whole.body_text ?? JSON.stringify(whole.body ?? null));
}

function providerCounted(vector: Vector): boolean {
  return /"(?:usage|usageMetadata|usage_metadata|usage_info|meta|metrics|prompt_eval_count|input_tokens)"\s*:\s*[{\d]/u.test(
    providerText(vector),
  );
}

function providerMessage(vector: Vector): string | undefined {
  const { provider_response: whole, provider_stream: stream } = vector;
  if (whole !== undefined) return whole.status >= 400 ? messageIn(bodyOf(whole)) : undefined;
  if (!vector.tags.includes('error_in_stream') || stream?.text === undefined) return undefined;
  const payloads = stream.text.split(/\r?\n/u).map((line) => parseJson(line.replace(/^data: ?/u, '')));
  return payloads.filter((payload) => isObject(payload) && payload['error'] !== undefined).map((payload) => messageIn(payload ?? null))[0];
}

function bodyOf(whole: RecordedBody): Json {
  return whole.body ?? null;
}

/** Where providers put the words of an error. */
function messageIn(body: Json | undefined): string | undefined {
  if (!isJsonRecord(body)) return undefined;
  const { error, message, detail } = body;
  if (isJsonRecord(error)) return messageIn(error) ?? (typeof error['message'] === 'string' ? error['message'] : undefined);
  return [message, error, detail].find((words) => typeof words === 'string');
}

function chooseOwnRule(vector: Vector): OwnRule | undefined {
  const { tags, route } = vector;
  const status = vector.client_stream?.status ?? vector.client_response?.status ?? 0;
  const envelope = route.startsWith('/v1/messages') ? 'anthropic' : 'openai';
  const complete = providerCompleted(vector);
  const rule = (name: string, ...statuses: readonly (readonly [number, number])[]): OwnRule => ({ name, statuses, envelope, complete });
  if (namesForeignResponse(vector)) return rule('a response that was not given out here', [400, 400]);
  if (tags.includes('rejected_by_gateway')) {
    if (refusesKey(vector)) return rule('missing or wrong key', [401, 401]);
    return status >= 500 ? rule('rejected with a server error', [400, 400]) : undefined;
  }
  // Sound data that the reference alone could not read: reading it is as good as refusing it.
  const readable = complete && tags.includes('unusable_provider_response') && !tags.includes('degenerate_provider_data');
  if (tags.some((tag) => tag === 'degenerate_provider_data' || tag === 'unusable_provider_response' || tag === 'leaks_traceback')) {
    return readable || (status < 400 && !tags.includes('error_in_stream') && complete)
      ? rule('degenerate data', [200, 200], [400, 599])
      : rule('unusable data', [400, 599], ...(vector.provider_stream === undefined ? [] : [[200, 200] as const]));
  }
  const upstream = vector.provider_response?.status ?? 0;
  if (vector.client_stream !== undefined && status < 400 && upstream >= 400) return rule('refused before the stream', [upstream, upstream]);
  return undefined;
}

/**
 * Whether a call was refused for its key. No database was there to look one up in: what the reference then says of an
 * unknown key is not what it says with one.
 */
export function refusesKey({ tags, client_request_meta: meta, client_response: whole }: Vector): boolean {
  const named = Object.keys(meta?.headers ?? {}).some((name) => name.toLowerCase() === 'authorization');
  return named && tags.includes('rejected_by_gateway') && (whole?.status === 400 || whole?.status === 401);
}

/** Whether a call goes on with a response by an id of the recording: none of ours, and ours are signed. */
function namesForeignResponse({ route, client_request: request }: Vector): boolean {
  return route === '/v1/responses' && isJsonRecord(request) && typeof request['previous_response_id'] === 'string';
}

/** Whether the provider's data hold a finish of any dialect, unbroken. */
function providerCompleted(vector: Vector): boolean {
  if (vector.provider_stream?.end === 'abort') return false;
  const { provider_response: whole } = vector;
  const body = whole?.body;
  if (body !== undefined) return isObject(body) && ANSWER_MEMBERS.some((name) => isContainer(body[name]));
  return /"(?:finish_reason|stop_reason|finishReason|stopReason|done_reason)"\s*:\s*"|"type"\s*:\s*"response\.completed"/u.test(
    providerText(vector),
  );
}

function isContainer(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'number';
}
