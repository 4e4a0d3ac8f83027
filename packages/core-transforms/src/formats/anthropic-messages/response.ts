import type { Ambient } from '../../contract/ambient.ts';
import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { toChatUsage, type ThinkingSeen } from './convert-usage.ts';
import { takesJsonCalls } from './map-params.ts';
import { toFinishReason } from './map-stop-reason.ts';
import { parseMessage, type Message } from './parse.ts';
import { prepareTools } from './prepare-tools.ts';
import { toCodeResults, toWebSearchCall } from './server-tools.ts';
import { chooseToolNames, invertNames } from './tool-names.ts';
import { isArray, JSON_TOOL_NAME, readString, type Block } from './types.ts';
import { childId } from '../../text/child-id.ts';
import { parseJson } from '../../json/parse-json.ts';

/**
 * The provider's 2xx answer → a chat completion.
 *
 * in:     the answer; `chat` is the request it answers.
 * out:    content, calls, thinking and whatever else the reference shows; the provider's own blocks are in `provider_specific_fields`, from
 *         which a later request restores them.
 * errors: those of parseMessage.
 * source: LiteLLM 1.106.2, llms/anthropic/chat/transformation.py `transform_parsed_response`, read 2026-11-23.
 */
export function toChatCompletion(answer: ProviderAnswer, plan: Plan, ambient: Ambient, chat: JsonObject): Outcome<JsonObject> {
  const parsed = parseMessage(answer.body, plan.provider.id);
  if (!parsed.ok) return parsed;
  const message = parsed.value;
  const { content, usage } = message;
  const isText = isOnlyText(message);
  const completion: Record<string, JsonValue> = {
    id: childId('chatcmpl-', ambient.callId),
    created: ambient.nowSeconds,
    model: plan.answerModel ?? message.model ?? plan.model,
    object: 'chat.completion',
    choices: [isText ? toTextChoice(message, chat) : toChoice(message, plan, chat)],
  };
  if (usage !== undefined) {
    completion['usage'] = isText
      ? toChatUsage(usage, NO_THINKING, chat['speed'], 0)
      : toChatUsage(usage, thinkingSeen(message), chat['speed'], countToolSearches(content));
  }
  return ok(completion);
}

const NO_THINKING: ThinkingSeen = { isThere: false, characters: 0 };

function thinkingSeen(message: Message): ThinkingSeen {
  const thinking = thinkingIn(message);
  return { isThere: thinking.length > 0, characters: reasoningOf(thinking).length };
}

/** A shortcut for an answer that is text and nothing else, as most are; the same as toChoice. */
function toTextChoice(message: Message, chat: JsonObject): JsonObject {
  const text = withPrefix(textOf(message.content), chat['messages']);
  const shown = { content: text === '' ? null : text, role: 'assistant', provider_specific_fields: NO_FIELDS };
  return { finish_reason: toFinishReason(message.stopReason), index: 0, message: shown };
}

function toChoice(message: Message, plan: Plan, chat: JsonObject): JsonObject {
  const calls = toToolCalls(message.content, chat);
  const json = takesJsonCalls(chat['response_format'], plan.facts) ? takeJson(calls) : undefined;
  if (json !== undefined && json.calls.length === 0)
    return { finish_reason: 'stop', index: 0, message: { content: json.text, role: 'assistant' } };
  const text = withPrefix(textOf(message.content), chat['messages']) + (json?.text ?? '');
  return { finish_reason: toFinishReason(message.stopReason), index: 0, message: toChatMessage(message, text, json?.calls ?? calls) };
}

function countToolSearches(content: readonly Block[]): number {
  let count = 0;
  for (const block of content)
    if (block.type === 'server_tool_use' && readString(block, 'name')?.includes('tool_search') === true) count += 1;
  return count;
}

/** Sent → original names of those of the request's tools that had to be renamed. */
export function readToolNames(chat: JsonObject): ReadonlyMap<string, string> {
  const tools = chat['tools'];
  const prepared = tools === undefined || tools === null ? undefined : prepareTools(tools);
  return invertNames(chooseToolNames(prepared?.ok === true ? prepared.value.tools : []));
}

/** The JSON tool's arguments as content: the member `values` if the model wrapped them in it, else all of them. */
export function toJsonContent(input: JsonValue): string {
  const values = isObject(input) ? input['values'] : undefined;
  return toPythonJson(values ?? input);
}

function toChatMessage(message: Message, text: string, calls: readonly JsonObject[]): JsonObject {
  const thinking = thinkingIn(message);
  return {
    content: text === '' ? null : text,
    role: 'assistant',
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(thinking.length > 0 && { reasoning_content: reasoningOf(thinking), thinking_blocks: thinking }),
    provider_specific_fields: toFields(message, thinking),
  };
}

/** The `provider_specific_fields` of an answer of plain text. */
const NO_FIELDS: JsonObject = { citations: null, thinking_blocks: null };

function isOnlyText({ content, whole }: Message): boolean {
  const { context_management: context, container } = whole;
  return (context ?? container ?? null) === null && content.every((block) => block.type === 'text' && !isArray(block['citations']));
}

function thinkingIn({ content }: Message): readonly Block[] {
  return content.filter((block) => block.type === 'thinking' || block.type === 'redacted_thinking');
}

function toToolCalls(content: readonly Block[], chat: JsonObject): readonly JsonObject[] {
  if (!content.some(isCall)) return [];
  const names = readToolNames(chat);
  return content.flatMap((block, index) => {
    if (!isCall(block)) return [];
    const name = readString(block, 'name') ?? '';
    const { caller, input = {} } = block;
    return [
      {
        index,
        function: { arguments: toPythonJson(input), name: names.get(name) ?? name },
        id: block['id'] ?? null,
        type: 'function',
        ...(caller !== undefined && { caller }),
      },
    ];
  });
}

function isCall(block: Block): boolean {
  return block.type === 'tool_use' || block.type === 'server_tool_use';
}

/** The JSON tool's first call as text, and the other calls; undefined if there is none. */
function takeJson(calls: readonly JsonObject[]): { readonly text: string; readonly calls: readonly JsonObject[] } | undefined {
  const definition = calls.find(isJsonCall)?.['function'];
  if (!isObject(definition)) return undefined;
  const text = readString(definition, 'arguments') ?? '';
  return { text: toJsonContent(parseJson(text) ?? text), calls: calls.filter((call) => !isJsonCall(call)) };
}

function isJsonCall(call: JsonObject): boolean {
  return isObject(call['function']) && call['function']['name'] === JSON_TOOL_NAME;
}

function textOf(content: readonly Block[]): string {
  let text = '';
  for (const block of content) if (block.type === 'text') text += readString(block, 'text') ?? '';
  return text;
}

function reasoningOf(thinking: readonly Block[]): string {
  let text = '';
  for (const block of thinking) text += readString(block, 'thinking') ?? '';
  return text;
}

/** Puts the text that the model was asked to continue (`prefix: true` on the last message) before its answer. */
function withPrefix(text: string, messages: JsonValue | undefined): string {
  const last = isArray(messages) ? messages.at(-1) : undefined;
  if (!isObject(last) || last['role'] !== 'assistant' || last['prefix'] !== true) return text;
  const prefix = readString(last, 'content') ?? '';
  return text.startsWith(prefix) ? text : prefix + text;
}

function toFields({ content, whole }: Message, thinking: readonly Block[]): JsonObject {
  const found = content.filter((block) => block.type === 'web_search_tool_result' || block.type === 'web_fetch_tool_result');
  const results = content.filter(
    (block) => block.type.endsWith('_tool_result') && !found.includes(block) && block.type !== 'tool_search_tool_result',
  );
  const compactions = content.filter((block) => block.type === 'compaction');
  const citations = content.flatMap(citationsOf);
  const { context_management: context, container } = whole;
  const containerId = isObject(container) ? (container['id'] ?? null) : null;
  return {
    citations: citations.length > 0 ? citations : null,
    thinking_blocks: thinking.length > 0 ? thinking : null,
    ...(context !== undefined && context !== null && { context_management: context }),
    ...(found.length > 0 && { web_search_results: found, web_search_calls: toSearchCalls(content, found) }),
    ...(results.length > 0 && { tool_results: results, code_interpreter_results: toCodeResults(results, inputsOf(content), containerId) }),
    ...(container !== undefined && container !== null && { container }),
    ...(compactions.length > 0 && { compaction_blocks: compactions }),
  };
}

function citationsOf(block: Block): readonly JsonArray[] {
  const { citations } = block;
  if (!isArray(citations)) return [];
  return [citations.filter(isObject).map((citation) => ({ ...citation, supported_text: readString(block, 'text') ?? '' }))];
}

function toSearchCalls(content: readonly Block[], found: readonly Block[]): readonly JsonObject[] {
  const searches = content.filter((block) => block.type === 'server_tool_use' && block['name'] === 'web_search');
  return found.flatMap((result) => {
    const id = readString(result, 'tool_use_id');
    const call = searches.find((block) => block['id'] === id);
    return result.type === 'web_search_tool_result' && id !== undefined && call !== undefined
      ? [toWebSearchCall(id, call['input'], result)]
      : [];
  });
}

function inputsOf(content: readonly Block[]): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(content.filter(isCall).map((block) => [readString(block, 'id') ?? '', block['input'] ?? {}]));
}
