import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { badRequest } from './errors.ts';
import { withCache } from './convert-parts.ts';
import { isSignedThinking } from './place-system.ts';
import { cleanToolId, functionId } from './tool-names.ts';
import { blocksOf, isArray, readString, type Block } from './types.ts';
import { parseJson } from '../../json/parse-json.ts';

/** The prefix of the ids of calls to the provider's own tools. */
const SERVER_CALL = 'srvtoolu_';

/**
 * An assistant's message as blocks, in the order in which the provider verifies them: compaction, thinking, text, calls.
 *
 * in:     `callId` is the gateway's id of this call, for old-style function calls, which have no id of their own.
 * errors: `bad-request` for a call whose arguments are not JSON and cannot be mended.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `anthropic_messages_pt`, read 2026-11-23.
 */
export function toAssistantBlocks(message: JsonObject, path: string, callId: string): Outcome<readonly Block[]> {
  if (isPlainText(message)) return ok(message['content'] === '' ? [] : [withCache({ type: 'text', text: message['content'] }, message)]);
  const { content, tool_calls: calls, function_call: functionCall } = message;
  const fields = isObject(message['provider_specific_fields']) ? message['provider_specific_fields'] : {};
  const thinking = blocksOf(message['thinking_blocks']).filter((block) => !isUnsigned(block));
  const called = toCallBlocks(isArray(calls) ? calls.filter(isObject) : [], serverResults(fields), path);
  if (!called.ok) return called;
  const text = typeof content === 'string' && content !== '' ? [withCache({ type: 'text', text: content }, message)] : [];
  const hasServerCalls = called.value.some((group) => group.some((block) => readString(block, 'id')?.startsWith(SERVER_CALL) === true));
  const said = isArray(content) ? toContentBlocks(blocksOf(content), thinking) : [...thinking, ...text];
  const spoken =
    hasServerCalls && isArray(message['thinking_blocks']) && !isArray(content)
      ? interleave(thinking, called.value, text)
      : [...said, ...called.value.flat()];
  if (!isObject(functionCall)) return ok([...blocksOf(fields['compaction_blocks']), ...spoken]);
  const input = parseArguments(functionCall['arguments'], `${path}.function_call`);
  if (!input.ok) return input;
  const block: Block = { type: 'tool_use', id: functionId(callId), name: readString(functionCall, 'name') ?? '', input: input.value };
  return ok([...blocksOf(fields['compaction_blocks']), ...spoken, block]);
}

/** Whether a message is text and nothing else. A shortcut: the general way gives the same. */
function isPlainText(message: JsonObject): message is JsonObject & { readonly content: string } {
  for (const name in message) if (name !== 'role' && name !== 'content' && name !== 'cache_control') return false;
  return typeof message['content'] === 'string';
}

/** Blocks of thinking and of the provider's own tools are passed on unchanged; of the rest only texts. */
function toContentBlocks(parts: readonly Block[], thinking: readonly Block[]): readonly Block[] {
  const hasThinking = parts.some((part) => part.type === 'thinking' || part.type === 'redacted_thinking');
  const shown = parts.flatMap((part): readonly Block[] => {
    if (part.type === 'thinking') return isUnsigned(part) ? [] : [part];
    const text = readString(part, 'text');
    if (part.type === 'text') return text === undefined || text === '' ? [] : [withCache({ type: 'text', text }, part)];
    return part.type === 'server_tool_use' || part.type.endsWith('_tool_result') ? [part] : [];
  });
  return hasThinking ? shown : [...thinking, ...shown];
}

/** Puts the thinking back before each of the provider's own calls, where it came from: a block's signature covers its position. */
function interleave(thinking: readonly Block[], groups: readonly (readonly Block[])[], text: readonly Block[]): readonly Block[] {
  const own = groups.filter(([first]) => first?.type === 'server_tool_use');
  const others = groups.filter(([first]) => first?.type !== 'server_tool_use');
  const pairs = Array.from({ length: Math.max(thinking.length, own.length) }, (_, index) => [
    ...thinking.slice(index, index + 1),
    ...(own[index] ?? []),
  ]);
  return [...pairs.flat(), ...text, ...others.flat()];
}

/** One group of blocks per call: the call, and its result if the provider ran the tool itself. */
function toCallBlocks(calls: readonly JsonObject[], results: readonly Block[], path: string): Outcome<readonly (readonly Block[])[]> {
  const groups: (readonly Block[])[] = [];
  for (const [index, call] of calls.entries()) {
    if (call['type'] !== 'function') continue;
    const at = `${path}.tool_calls[${index}]`;
    const definition = isObject(call['function']) ? call['function'] : {};
    const id = readString(call, 'id');
    if (id === undefined) return badRequest(at, 'a tool call needs an id');
    const input = parseArguments(definition['arguments'], at);
    if (!input.ok) return input;
    const name = definition['name'] ?? null;
    const result = id.startsWith(SERVER_CALL) ? results.find((block) => block['tool_use_id'] === id) : undefined;
    if (result === undefined) groups.push([withCache({ type: 'tool_use', id: cleanToolId(id), name, input: input.value }, call)]);
    else groups.push([{ type: 'server_tool_use', id, name, input: input.value }, result]);
  }
  return ok(groups);
}

function serverResults(fields: JsonObject): readonly Block[] {
  return [...blocksOf(fields['web_search_results']), ...blocksOf(fields['tool_results'])];
}

/**
 * Parses a call's arguments. Nothing means `{}`; brackets that the model left open are closed.
 *
 * errors: `bad-request` if they are not JSON even then.
 */
function parseArguments(given: JsonValue | undefined, path: string): Outcome<JsonValue> {
  if (given === undefined || given === null) return ok({});
  if (typeof given !== 'string') return ok(given);
  if (given.trim() === '') return ok({});
  const value = parseJson(given) ?? parseJson(closeJson(given));
  if (value !== undefined) return ok(value);
  return badRequest(path, `Failed to parse tool call arguments. Arguments: ${given}`);
}

/** The text with its open brackets closed. */
function closeJson(text: string): string {
  const open: string[] = [];
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\' && inString) index += 1;
    else if (character === '"') inString = !inString;
    else if (!inString && (character === '{' || character === '[')) open.push(character === '{' ? '}' : ']');
    else if (!inString && character === open.at(-1)) open.pop();
  }
  return text.trimEnd().replace(/,+$/u, '') + open.toReversed().join('');
}

function isUnsigned(block: Block): boolean {
  return (block.type === 'thinking' || block.type === 'redacted_thinking') && !isSignedThinking(block);
}
