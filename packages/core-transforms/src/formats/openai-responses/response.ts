import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toChatUsage } from './convert-usage.ts';
import { readEventError } from './event-error.ts';
import { mapStopReason } from './map-stop-reason.ts';
import { readResponse } from './native.ts';
import { isCall } from './types.ts';
import { childId } from '../../text/child-id.ts';

/** Members that every response has, and those with an equivalent in chat; all others are the provider's own. */
const KNOWN_MEMBERS: ReadonlySet<string> = new Set(
  `id object created_at completed_at status error incomplete_details instructions metadata model output parallel_tool_calls
   temperature tool_choice tools top_p background conversation max_output_tokens max_tool_calls previous_response_id prompt
   prompt_cache_key prompt_cache_retention prompt_cache_options reasoning safety_identifier text top_logprobs truncation usage
   user store moderation choices created system_fingerprint`.split(/\s+/u),
);

/** A call id that counts from 0 in every answer, and so is not unique. */
const COUNTED_CALL_ID = /^call_\d+$/u;

/**
 * A response → a chat completion: its texts, calls and reasoning in one choice.
 *
 * errors: `upstream-refused` for a failed response, or an error in its place; `bad-upstream` if it is not a response, or has nothing that
 *         chat can express.
 * source: LiteLLM 1.106.2, completion_extras/litellm_responses_transformation/transformation.py `transform_response`, read 2026-11-23.
 */
export function toChatCompletion(answer: ProviderAnswer, plan: Plan, { nowSeconds, callId }: Ambient): Outcome<JsonObject> {
  const read = readResponse(answer.body, plan);
  if (!read.ok) return read;
  const response = read.value.value;
  const error = isObject(response['error']) ? readEventError({ type: 'response.failed', response }, plan) : undefined;
  if (error !== undefined) return fail(error);
  const output = objectsIn(response['output']);
  const message = toMessage(output);
  const finishReason = mapStopReason(response, output);
  const isEmpty = message['content'] === null && message['tool_calls'] === undefined;
  if (isEmpty && response['status'] !== 'incomplete') {
    return fail({ kind: 'bad-upstream', provider: plan.provider.id, message: 'the response holds no text and no tool call' });
  }
  const usage = toChatUsage(response['usage']);
  return ok({
    ...providerMembers(response),
    id: response['id'] ?? childId('chatcmpl-', callId),
    object: 'chat.completion',
    created: typeof response['created_at'] === 'number' ? Math.trunc(response['created_at']) : nowSeconds,
    model: plan.model,
    choices: [{ index: 0, message: isEmpty ? { ...message, content: '' } : message, finish_reason: finishReason }],
    ...(usage !== undefined && { usage }),
  });
}

/** The provider's own members of a response, including `service_tier`. */
export function providerMembers(response: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(response).filter(([name, value]) => value !== null && !KNOWN_MEMBERS.has(name)));
}

/** Reasoning items as chat carries them, so that the next turn can send them back. */
export function reasoningItems(output: readonly JsonObject[]): readonly JsonObject[] {
  return output
    .filter((item) => item['type'] === 'reasoning')
    .map((item) => ({
      id: item['id'] ?? '',
      type: 'reasoning',
      encrypted_content: item['encrypted_content'] ?? null,
      summary: objectsIn(item['summary']).map(({ type = 'summary_text', text = '' }) => ({ type, text })),
    }));
}

/** A call's id in chat. */
export function toCallId({ id, call_id: callId }: JsonObject): JsonValue {
  if (typeof callId === 'string' && callId !== '' && !COUNTED_CALL_ID.test(callId)) return callId;
  return id ?? callId ?? '';
}

function toMessage(output: readonly JsonObject[]): JsonObject {
  const parts = output.filter((item) => item['type'] === 'message').flatMap((item) => objectsIn(item['content']));
  const thoughts = reasoningItems(output);
  const reasoning = thoughts
    .map((item) => joinSummary(item['summary']))
    .filter((text) => text !== '')
    .join(' ');
  const refusal = parts.map((part) => part['refusal']).find((text) => typeof text === 'string' && text !== '');
  const calls = output.filter(isCall).map(toToolCall);
  const annotations = toAnnotations(parts);
  return {
    role: 'assistant',
    content: parts.length === 0 ? null : parts.map(textOf).join(''),
    ...(typeof refusal === 'string' && { refusal }),
    ...(annotations.length > 0 && { annotations }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(thoughts.length > 0 && { reasoning_items: thoughts }),
  };
}

function joinSummary(summary: JsonValue | undefined): string {
  return objectsIn(summary)
    .map(textOf)
    .filter((text) => text !== '')
    .join(' ');
}

function toToolCall(item: JsonObject): JsonObject {
  const isCustom = item['type'] === 'custom_tool_call';
  const name = item['name'] ?? (isCustom ? 'custom_tool' : '');
  const args = (isCustom ? item['input'] : item['arguments']) ?? '';
  return { id: toCallId(item), type: 'function', function: { name, arguments: args }, index: 0 };
}

/** Annotations with indexes into the whole text. */
function toAnnotations(parts: readonly JsonObject[]): readonly JsonObject[] {
  let offset = 0;
  return parts.flatMap((part) => {
    const start = offset;
    offset += textOf(part).length;
    const shift = (value: JsonValue | undefined): JsonValue | undefined => (typeof value === 'number' ? value + start : value);
    return objectsIn(part['annotations']).map((annotation) =>
      Object.fromEntries(
        Object.entries(annotation).map(([name, value]) => [name, name === 'start_index' || name === 'end_index' ? shift(value) : value]),
      ),
    );
  });
}

function textOf({ text }: JsonObject): string {
  return typeof text === 'string' ? text : '';
}
