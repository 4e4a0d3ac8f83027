import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { refusalDetails } from '../anthropic-messages/client-stop-reason.ts';
import { toMessagesUsage } from '../anthropic-messages/client-usage.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toChatUsage } from './convert-usage.ts';
import { ENCRYPTED_REASONING } from './messages-items.ts';
import { parseJson } from '../../json/parse-json.ts';

/** Separates the parts of a summary. */
export const SUMMARY_SEPARATOR = '\n\n';

/**
 * A response → a messages answer.
 *
 * out:    blocks in the order of the items; searches that ran at the provider get none.
 * source: LiteLLM 1.106.2, responses_adapters/transformation.py `translate_response`, read 2026-11-23.
 */
export function toMessagesAnswer(response: JsonObject, plan: Plan): JsonObject {
  const output = objectsIn(response['output']);
  const { stopReason, refusal } = toStop(response, output);
  return {
    id: response['id'] ?? null,
    type: 'message',
    role: 'assistant',
    model: plan.answerModel ?? response['model'] ?? plan.model,
    stop_sequence: null,
    usage: toMessagesUsage(toChatUsage(response['usage'])),
    content: output.flatMap(toBlocks),
    stop_reason: stopReason,
    stop_details: stopReason === 'refusal' ? refusalDetails(refusal ?? null) : null,
  };
}

/** The messages API's stop reason for a response, and the text of the model's refusal. */
export function toStop(
  response: JsonObject,
  output: readonly JsonObject[],
  saidRefusal = '',
): { readonly stopReason: string; readonly refusal: string | undefined } {
  const refusal = refusalIn(output) ?? (saidRefusal === '' ? undefined : saidRefusal);
  const calls = output.some((item) => item['type'] === 'function_call');
  if (response['status'] === 'incomplete') return { stopReason: 'max_tokens', refusal };
  return { stopReason: refusal !== undefined ? 'refusal' : calls ? 'tool_use' : 'end_turn', refusal };
}

/** The signature that carries an item's encrypted reasoning, which only its provider can read; undefined if nothing is encrypted. */
export function toSignature(item: JsonObject): string | undefined {
  const encrypted = item['encrypted_content'];
  return typeof encrypted === 'string' && encrypted !== '' ? ENCRYPTED_REASONING + encrypted : undefined;
}

function refusalIn(output: readonly JsonObject[]): string | undefined {
  const parts = output.filter((item) => item['type'] === 'message').flatMap((item) => objectsIn(item['content']));
  const refused = parts.find(({ type, refusal }) => type === 'refusal' && typeof refusal === 'string' && refusal !== '');
  return typeof refused?.['refusal'] === 'string' ? refused['refusal'] : undefined;
}

function toBlocks(item: JsonObject): readonly JsonObject[] {
  switch (item['type']) {
    case 'reasoning':
      return toThinking(item);
    case 'message':
      return objectsIn(item['content']).flatMap(toText);
    case 'function_call':
      return [{ type: 'tool_use', id: item['call_id'] || item['id'] || '', name: item['name'] ?? '', input: toInput(item['arguments']) }];
    default:
      return [];
  }
}

function toText({ type, text, refusal }: JsonObject): readonly JsonObject[] {
  if (type === 'output_text') return [{ type: 'text', text: text ?? '' }];
  return type === 'refusal' ? [{ type: 'text', text: refusal ?? '' }] : [];
}

function toThinking(item: JsonObject): readonly JsonObject[] {
  const texts = objectsIn(item['summary']).map(({ text }) => (typeof text === 'string' ? text : ''));
  const thinking = texts.filter((text) => text !== '').join(SUMMARY_SEPARATOR);
  const signature = toSignature(item);
  if (thinking !== '') return [{ type: 'thinking', thinking, signature: signature ?? null }];
  return signature === undefined ? [] : [{ type: 'redacted_thinking', data: signature }];
}

function toInput(given: JsonValue | undefined): JsonValue {
  const parsed = typeof given === 'string' ? parseJson(given) : given;
  return isObject(parsed) || Array.isArray(parsed) ? parsed : (parsed ?? {});
}
