import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isSaid } from './types.ts';

/** Members of a stream's usage that are passed on besides the three totals. */
const HANDED_ON: readonly string[] = [
  'prompt_tokens_details',
  'completion_tokens_details',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'server_tool_use',
  'inference_geo',
  'speed',
];

/** Characters per token of reasoning, on average. */
const CHARACTERS_PER_TOKEN = 4;

const COUNTS: readonly string[] = ['prompt_tokens', 'completion_tokens', 'total_tokens'];

/**
 * Usage with its details under OpenAI's names, whichever names the provider uses.
 *
 * out:    the same object if nothing had to change; the provider's own members are kept.
 * source: LiteLLM 1.106.2, types/utils.py `Usage`, read 2026-11-23.
 */
export function normalizeUsage(given: JsonObject): JsonObject {
  const usage = withCreation(withCounts(given));
  const { prompt_cache_hit_tokens: hits, cache_read_input_tokens: reads, cache_creation_input_tokens: writes } = usage;
  const cached = typeof reads === 'number' ? reads : hits;
  if (typeof cached !== 'number' && typeof writes !== 'number') return withReasoning(usage);
  const details: JsonObject = {
    ...(typeof cached === 'number' && { cached_tokens: cached }),
    ...(typeof writes === 'number' && { cache_write_tokens: writes, cache_creation_tokens: writes }),
  };
  const { prompt_tokens_details: said } = usage;
  const known = isObject(said) ? said : {};
  if (Object.entries(details).every(([name, value]) => known[name] === value)) return withReasoning(usage);
  return withReasoning({ ...usage, prompt_tokens_details: { ...known, ...details } });
}

/** Missing totals become 0. */
function withCounts(usage: JsonObject): JsonObject {
  if (COUNTS.every((name) => isSaid(usage[name]))) return usage;
  return { ...usage, ...Object.fromEntries(COUNTS.map((name) => [name, usage[name] ?? 0])) };
}

/** Copies the tokens written to the cache to their second name. */
function withCreation(usage: JsonObject): JsonObject {
  const { prompt_tokens_details: details } = usage;
  if (!isObject(details) || !isSaid(details['cache_write_tokens']) || isSaid(details['cache_creation_tokens'])) return usage;
  return { ...usage, prompt_tokens_details: { ...details, cache_creation_tokens: details['cache_write_tokens'] } };
}

/** Moves a count of reasoning tokens beside the details into them. */
function withReasoning(usage: JsonObject): JsonObject {
  if (typeof usage['reasoning_tokens'] !== 'number' || usage['reasoning_tokens'] === 0) return usage;
  const { reasoning_tokens: reasoning, ...rest } = usage;
  const { completion_tokens_details: given } = usage;
  const known = isObject(given) ? given : {};
  const text = Math.max(0, count(usage['completion_tokens']) - reasoning - count(known['image_tokens']) - count(known['audio_tokens']));
  return { ...rest, completion_tokens_details: { reasoning_tokens: reasoning, text_tokens: text, ...withoutNulls(known) } };
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => isSaid(value)));
}

/**
 * A stream's usage so far, merged with that of one more chunk.
 *
 * in:  the usage so far, null for none; the chunk's usage.
 * out: later values replace earlier ones, except that a zero replaces no count.
 */
export function mergeUsage(before: JsonObject | null, given: JsonObject): JsonObject {
  const usage = normalizeUsage(given);
  if (before === null) return usage;
  const merged: Record<string, JsonValue | undefined> = { ...before };
  for (const [name, value] of Object.entries(usage)) {
    if (isSaid(value) && !(value === 0 && isSaid(merged[name]))) merged[name] = value;
  }
  return merged;
}

/**
 * The usage at the end of a stream, as the reference assembles it from the chunks.
 *
 * in:     the merged usage; whether the answer was text only; characters of its reasoning.
 * out:    the counts, with `total_tokens` as their sum, and details. If the provider does not separate reasoning from text, an answer of
 *         text only counts as text, and visible reasoning is estimated.
 * source: LiteLLM 1.106.2, streaming_chunk_builder_utils.py `calculate_usage`, read 2026-11-23.
 */
export function toStreamUsage(usage: JsonObject, onlyText: boolean, reasoningCharacters: number): JsonObject {
  const prompt = count(usage['prompt_tokens']);
  const completion = count(usage['completion_tokens']);
  const handedOn = HANDED_ON.filter((name) => isSaid(usage[name])).map((name) => [name, usage[name]] as const);
  const { completion_tokens_details: details } = usage;
  const counted = isObject(details) && isSaid(details['reasoning_tokens']);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...Object.fromEntries(handedOn),
    ...(!counted &&
      (onlyText || reasoningCharacters > 0) && { completion_tokens_details: toldApart(details, completion, reasoningCharacters) }),
    ...(isSaid(usage['cost']) && { cost: usage['cost'] }),
  };
}

function toldApart(details: JsonValue | undefined, completion: number, reasoningCharacters: number): JsonObject {
  const given = isObject(details) ? details : {};
  const reasoning =
    reasoningCharacters === 0 ? 0 : Math.min(Math.max(1, Math.round(reasoningCharacters / CHARACTERS_PER_TOKEN)), completion);
  return { ...given, reasoning_tokens: reasoning, text_tokens: given['text_tokens'] ?? completion - reasoning };
}

function count(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
