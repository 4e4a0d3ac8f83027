import { isObject, type JsonValue } from '@stagegate/core-transforms';
import { isJsonRecord, type Vector } from '@stagegate/testbed';
import { isLost, readChatSaid } from '../compare/chat-said.ts';
import { isErrorBody } from '../compare/compare-error.ts';
import { claimsCompletion, type OwnRule } from '../compare/own-rules.ts';
import { areSound, readSaid } from '../compare/said.ts';
import { parseStreamEvents, type StreamEvent } from '../compare/stream-events.ts';

/** Members that mark a body as an answer, in any dialect. */
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

/** All that the provider sent, as text, for questions that do not depend on its format. */
export function providerText({ provider_response: whole, provider_stream: stream }: Vector): string {
  if (stream !== undefined) return stream.text ?? (stream.messages ?? []).map(({ frame }) => frameText(frame)).join('\n');
  return whole === undefined ? '' : (whole.body_text ?? JSON.stringify(whole.body ?? null));
}

/** The rule for our answer where it replaces the reference's; undefined where the reference's answer counts. */
export function chooseOwnRule(vector: Vector): OwnRule | undefined {
  const { tags } = vector;
  const status = vector.client_stream?.status ?? vector.client_response?.status ?? 0;
  const envelope = envelopeOf(vector);
  const complete = providerCompleted(vector);
  const rule = (name: string, ...statuses: readonly (readonly [number, number])[]): OwnRule => ({ name, statuses, envelope, complete });
  if (namesForeignResponse(vector)) return rule('a response that was not given out here', [400, 400]);
  if (tags.includes('rejected_by_gateway')) {
    if (refusesKey(vector)) return rule('missing or wrong key', [401, 401]);
    return status >= 500 ? rule('rejected with a server error', [400, 400]) : undefined;
  }
  // The data are valid and only the reference could not read them, so an answer is as good as a refusal.
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

function envelopeOf({ route }: Vector): OwnRule['envelope'] {
  return route.startsWith('/v1/messages') ? 'anthropic' : 'openai';
}

/**
 * The rule for streams that the reference alone gets wrong, found by comparing both sides; docs/differences.md names each case. An answer that
 * equals the reference's is accepted, too.
 */
export function chooseStreamRule(vector: Vector): OwnRule | undefined {
  const { provider_stream: provider, provider_response: whole, client_stream: client } = vector;
  if (client === undefined || ((provider ?? whole)?.status ?? 0) >= 400) return undefined;
  const complete = providerCompleted(vector);
  const rule = (name: string, ...statuses: OwnRule['statuses']): OwnRule => ({ name, statuses, envelope: envelopeOf(vector), complete });
  const sent = parseStreamEvents(provider?.text ?? '');
  const shown = parseStreamEvents(client.text);
  const [frame] = provider?.messages ?? [];
  const refusedFrame = frame !== undefined && frameText(frame.frame).includes(':exception-type');
  if (refusedFrame || saysError(sent[0]?.data)) return rule('an error before the first event', [400, 599]);
  if (!complete) return shown.some(claimsCompletion) ? rule('a stop that nobody said', [200, 200], [400, 599]) : undefined;
  if (!isInBlocks(shown)) return { ...rule('content outside of its block', [200, 200]), keeps: 'something' };
  const { text, calls } = readSaid(shown);
  if (!areSound(calls)) return { ...rule('tool calls mixed up', [200, 200]), keeps: 'calls' };
  if (calls.length === 0 && offersTools(vector) && SAYS_CALLS.test(providerText(vector)))
    return { ...rule('tool calls that were lost', [200, 200]), keeps: 'calls' };
  const [chatSent, chatShown] = [readChatSaid(sent), readChatSaid(shown)];
  if (chatSent !== undefined && chatShown !== undefined && isLost(chatSent, chatShown)) {
    // Usage that the client did not ask for is not shown.
    return {
      ...rule('a part that was lost', [200, 200]),
      sent: chatShown.counts === undefined ? { ...chatSent, counts: undefined } : chatSent,
    };
  }
  const lost = !text && calls.length === 0 && SAYS_SOMETHING.test(providerText(vector));
  return lost ? { ...rule('an answer that was lost', [200, 200]), keeps: 'something' } : undefined;
}

/** Whether an event is an error, which for some providers is only a sentence. */
function saysError(data: JsonValue | undefined): boolean {
  return data !== undefined && (isErrorBody(data) || (isObject(data) && (typeof data['error'] === 'string' || data['object'] === 'error')));
}

/** Whether each delta of `/v1/messages` belongs to a block that is open. */
function isInBlocks(events: readonly StreamEvent[]): boolean {
  const open = new Set<JsonValue | undefined>();
  return events.every(({ data }) => {
    if (!isObject(data)) return true;
    const { type, index } = data;
    if (type === 'content_block_start') open.add(index);
    if (type === 'content_block_stop') open.delete(index);
    return type !== 'content_block_delta' || open.has(index);
  });
}

/** Whether a tool call in the answer is one of the client's tools, and not the reference's way to JSON output. */
function offersTools({ client_request: request }: Vector): boolean {
  return isJsonRecord(request) && request['tools'] !== undefined && request['response_format'] === undefined;
}

/** A tool call, in the dialects of providers whose calls the reference has been seen to lose. */
const SAYS_CALLS = /"tool_calls"\s*:\s*[[{]\s*[{"]/u;

/** Text or arguments of any dialect. */
const SAYS_SOMETHING = /"(?:text|content|partial_json|arguments|thinking|reasoning_content)"\s*:\s*"[^"]/u;

/**
 * Whether a call was refused for its key. The recording proxy had no database, without which the reference words this refusal differently.
 */
export function refusesKey({ tags, client_request_meta: meta, client_response: whole }: Vector): boolean {
  const named = Object.keys(meta?.headers ?? {}).some((name) => name.toLowerCase() === 'authorization');
  return named && tags.includes('rejected_by_gateway') && (whole?.status === 400 || whole?.status === 401);
}

/** Whether a call continues a response of the recording by its id. Our own ids are signed, so that this one is refused. */
export function namesForeignResponse({ route, client_request: request }: Vector): boolean {
  return route === '/v1/responses' && isJsonRecord(request) && typeof request['previous_response_id'] === 'string';
}

/** Whether the provider's data are complete: with the end of an answer in any dialect, and not cut off. */
function providerCompleted(vector: Vector): boolean {
  if (vector.provider_stream?.end === 'abort') return false;
  const { provider_response: whole } = vector;
  const body = whole?.body;
  if (body !== undefined) return isObject(body) && ANSWER_MEMBERS.some((name) => isContainer(body[name]));
  return /"(?:finish_reason|stop_reason|finishReason|stopReason|done_reason)"\s*:\s*"|"type"\s*:\s*"response\.completed"/u.test(
    providerText(vector),
  );
}

/** A frame of an AWS event stream as text, with base64 contents decoded. */
function frameText(frame: string): string {
  const text = Buffer.from(frame, 'base64').toString('latin1');
  const inner = /"bytes"\s*:\s*"([^"]+)"/u.exec(text)?.[1];
  return inner === undefined ? text : Buffer.from(inner, 'base64').toString();
}

function isContainer(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'number';
}
