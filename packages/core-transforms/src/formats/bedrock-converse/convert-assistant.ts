import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { badRequest } from '../anthropic-messages/errors.ts';
import { blocksOf, isArray, readString, type Block } from '../anthropic-messages/types.ts';
import type { MarkCache } from './cache-points.ts';
import { fromImageUrl } from './convert-media.ts';
import { cleanToolName, cleanToolUseId } from './tool-names.ts';
import { parseJson } from '../../json/parse-json.ts';

/**
 * An assistant's message → the blocks that it adds to its turn: thinking, text, calls.
 *
 * errors: `bad-request` for a call without an id; those of fromImageUrl.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `_bedrock_converse_messages_pt`, read 2026-11-23.
 */
export function toAssistantBlocks(message: JsonObject, path: string, mark: MarkCache): Outcome<readonly JsonObject[]> {
  const { content, tool_calls: calls } = message;
  const blocks: JsonObject[] = [...toReasoning(blocksOf(message['thinking_blocks']))];
  if (typeof content === 'string') {
    if (content.trim() !== '') blocks.push({ text: content }, ...mark(message));
    else if (!isFilled(calls)) blocks.push(...mark(message));
  }
  for (const [index, part] of blocksOf(content).entries()) {
    const converted = toPart(part, `${path}.content[${index}]`);
    if (!converted.ok) return converted;
    if (!isEmptyText(part)) blocks.push(...converted.value, ...mark(part));
  }
  for (const [index, call] of (isArray(calls) ? calls.filter(isObject) : []).entries()) {
    if (!isObject(call['function'])) continue;
    const id = readString(call, 'id');
    if (id === undefined) return badRequest(`${path}.tool_calls[${index}]`, 'a tool call needs an id');
    const name = cleanToolName(readString(call['function'], 'name') ?? '');
    const inputs = toInputs(call['function']['arguments']);
    const uses = inputs.map((input, part) => ({ toolUse: { input, name, toolUseId: cleanToolUseId(part === 0 ? id : `${id}_${part}`) } }));
    blocks.push(...uses, ...mark(call));
  }
  return ok(blocks);
}

/** A turn's blocks in the order that the provider requires: thinking, then text, then calls with their cache marks; each call once. */
export function orderAssistantBlocks(blocks: readonly JsonObject[]): readonly JsonObject[] {
  const seen = new Set<JsonValue>();
  const once = blocks.filter(({ toolUse }) => {
    const id = isObject(toolUse) ? toolUse['toolUseId'] : undefined;
    if (id === undefined) return true;
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
  return once.toSorted((left, right) => rankOf(left) - rankOf(right));
}

function rankOf(block: JsonObject): number {
  if (block['reasoningContent'] !== undefined) return 0;
  return block['toolUse'] !== undefined || block['cachePoint'] !== undefined ? 2 : 1;
}

function toPart(part: Block, path: string): Outcome<readonly JsonObject[]> {
  if (part.type === 'thinking') return ok(toReasoning([part]));
  if (part.type === 'text') return ok([{ text: readString(part, 'text') ?? '' }]);
  if (part.type !== 'image_url') return ok([]);
  const image = fromImageUrl(part['image_url'], path);
  return image.ok ? ok([image.value]) : image;
}

function isEmptyText(part: Block): boolean {
  return part.type === 'text' && (readString(part, 'text') ?? '').trim() === '';
}

/** Thinking without a signature came from another model: it becomes text. */
function toReasoning(thinking: readonly Block[]): readonly JsonObject[] {
  const texts: JsonObject[] = [];
  const signed: JsonObject[] = [];
  for (const block of thinking) {
    const text = readString(block, 'thinking') ?? '';
    const signature = readString(block, 'signature');
    if (signature !== undefined && signature !== '') signed.push({ reasoningContent: { reasoningText: { text, signature } } });
    else if (text.trim() !== '') texts.push({ text });
  }
  return [...texts, ...signed];
}

/** A call's arguments as objects, which the provider requires; several if a model wrote several into one string. */
function toInputs(given: JsonValue | undefined): readonly JsonObject[] {
  if (typeof given !== 'string' || given.trim() === '') return [{}];
  const whole = parseJson(given);
  if (whole !== undefined) return [isObject(whole) ? whole : {}];
  const parts = splitValues(given).map((text) => parseJson(text) ?? {});
  return parts.length === 0 ? [{}] : parts.map((part) => (isObject(part) ? part : {}));
}

/** The complete JSON objects and arrays, one after the other, at the beginning of a text. */
function splitValues(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s"{}[\]]+/gsu)) {
    if (depth === 0) start = index;
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth !== 0) continue;
    const part = text.slice(start, index + token.length);
    if (parseJson(part) === undefined) break;
    parts.push(part);
  }
  return parts;
}

function isFilled(value: JsonValue | undefined): boolean {
  return isArray(value) && value.length > 0;
}
