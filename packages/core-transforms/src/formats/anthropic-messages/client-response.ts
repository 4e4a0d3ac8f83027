import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { parseToolArguments } from './client-arguments.ts';
import { isEmptyThinking } from './clean-history.ts';
import { refusalDetails, toStopReason } from './client-stop-reason.ts';
import { longToolNames } from './client-tools.ts';
import { toMessagesUsage } from './client-usage.ts';
import { cleanReplayedToolId } from './tool-names.ts';
import { isArray, isBlock, readString, type Block } from './types.ts';

/**
 * A chat completion → a messages answer.
 *
 * in:     the completion, and the client's request, whose original tool names are restored.
 * out:    thinking, then text, then tool uses; the reason it ended; usage without OpenAI's total.
 * errors: `bad-upstream` for tool arguments that are not JSON even after closing open brackets.
 * source: LiteLLM 1.106.2, adapters/transformation.py `translate_openai_response_to_anthropic`, read 2026-11-23.
 */
export function toMessagesAnswer(chat: JsonObject, request: JsonObject, plan: Plan): Outcome<JsonObject> {
  const choices = isArray(chat['choices']) ? chat['choices'].filter(isObject) : NO_CHOICES;
  const content: JsonObject[] = [];
  let names: ReadonlyMap<string, string> | undefined;
  let refusal: string | undefined;
  for (const { message } of choices) {
    if (!isObject(message)) continue;
    if (isPlainText(message)) {
      content.push({ type: 'text', text: message['content'] });
      continue;
    }
    refusal ??= readRefusal(message);
    const calls = toToolUses(message['tool_calls'], (names ??= longToolNames(request)), plan);
    if (!calls.ok) return calls;
    content.push(...compactionBlocks(message), ...thinkingBlocks(message), ...texts(message), ...calls.value);
  }
  const stopReason = toStopReason(choices[0]?.['finish_reason'], refusal !== undefined);
  const isCompacted = content.length === 1 && content[0]?.['type'] === 'compaction';
  return ok({
    id: chat['id'] ?? null,
    type: 'message',
    role: 'assistant',
    model: plan.answerModel ?? chat['model'] ?? plan.model,
    stop_sequence: null,
    usage: toMessagesUsage(chat['usage']),
    content,
    stop_reason: isCompacted ? 'compaction' : stopReason,
    stop_details: stopReason === 'refusal' && !isCompacted ? refusalDetails(refusal ?? null) : null,
  });
}

const NO_CHOICES: readonly JsonObject[] = [];

/** Whether a message is text and nothing else. A shortcut: the general way gives the same. */
function isPlainText(message: JsonObject): boolean {
  for (const name in message) if (name !== 'role' && name !== 'content' && (message[name] ?? null) !== null) return false;
  return typeof message['content'] === 'string';
}

/** The text of the model's refusal, in whichever place of the hub's dialect it is. */
export function readRefusal(messageOrDelta: JsonObject): string | undefined {
  const fields = messageOrDelta['provider_specific_fields'];
  const refusal = readString(messageOrDelta, 'refusal') ?? (isObject(fields) ? readString(fields, 'refusal') : undefined);
  return refusal === '' ? undefined : refusal;
}

function compactionBlocks(message: JsonObject): readonly Block[] {
  const fields = message['provider_specific_fields'];
  const blocks = isObject(fields) ? fields['compaction_blocks'] : undefined;
  return isArray(blocks) ? blocks.filter(isBlock).filter((block) => block.type === 'compaction') : [];
}

function thinkingBlocks(message: JsonObject): readonly JsonObject[] {
  const { thinking_blocks: blocks, reasoning_content: reasoning } = message;
  if (isArray(blocks) && blocks.length > 0) return blocks.filter(isBlock).flatMap(toThinking);
  if (typeof reasoning !== 'string' || reasoning === '') return [];
  return [{ type: 'thinking', thinking: reasoning, signature: null }];
}

function toThinking(block: Block): readonly JsonObject[] {
  if (block.type === 'redacted_thinking') return [{ type: 'redacted_thinking', data: readString(block, 'data') ?? '' }];
  if (block.type !== 'thinking' || isEmptyThinking(block)) return [];
  const signature = block['signature'];
  return [{ type: 'thinking', thinking: readString(block, 'thinking') ?? '', signature: signature === undefined ? '' : signature }];
}

function texts(message: JsonObject): readonly JsonObject[] {
  const { content } = message;
  const refusal = readRefusal(message);
  const isSaid = typeof content === 'string' && (content !== '' || compactionBlocks(message).length === 0);
  return [...(isSaid ? [{ type: 'text', text: content }] : []), ...(refusal === undefined ? [] : [{ type: 'text', text: refusal }])];
}

function toToolUses(calls: JsonValue | undefined, names: ReadonlyMap<string, string>, plan: Plan): Outcome<readonly JsonObject[]> {
  const uses: JsonObject[] = [];
  for (const call of isArray(calls) ? calls.filter(isObject) : []) {
    const definition = isObject(call['function']) ? call['function'] : {};
    const given = readString(definition, 'name') ?? '';
    const name = names.get(given) ?? given;
    const input = parseToolArguments(readString(definition, 'arguments') ?? '');
    if (input === undefined) {
      return fail({ kind: 'bad-upstream', provider: plan.provider.id, message: `Failed to parse tool call arguments for tool '${name}'` });
    }
    const signature = readSignature(call) ?? readSignature(definition);
    uses.push({
      type: 'tool_use',
      id: cleanReplayedToolId(readString(call, 'id') ?? ''),
      name,
      input,
      ...(signature !== undefined && { provider_specific_fields: { signature } }),
    });
  }
  return ok(uses);
}

/** The signature of the thought that led to a call, from the call or from its `function`. */
export function readSignature(holder: JsonObject): string | undefined {
  const fields = holder['provider_specific_fields'];
  return isObject(fields) ? readString(fields, 'thought_signature') : undefined;
}
