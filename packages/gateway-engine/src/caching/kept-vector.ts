import { estimateTextTokens, isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { KeptAnswer } from '../ports/index.ts';
import { KEPT_CHARS_MAX } from './kept-answer.ts';
import type { CacheUse } from './use-of-cache.ts';

/** The version of the reference's entries that it can read itself. */
const FORMAT_VERSION = 2;

/**
 * A stored embedding, as a whole answer to its input alone.
 *
 * in:     the input, whose tokens are estimated if there is no count; the model that an answer shows, undefined: the stored one.
 * out:    undefined where it is too old, or is no embedding.
 * source: LiteLLM 1.106.2, types/caching.py `CachedEmbedding`, caching/caching_handler.py, read 2026-11-29.
 */
export function readKeptVector(
  { text, storedMs }: KeptAnswer,
  { ageSecondsMax }: CacheUse,
  input: JsonValue,
  answerModel: string | undefined,
  nowMs: number,
): string | undefined {
  if (ageSecondsMax !== undefined && nowMs - storedMs > ageSecondsMax * 1000) return undefined;
  const kept = parse(text);
  if (!isObject(kept) || kept['format_version'] !== FORMAT_VERSION) return undefined;
  const { embedding, model, prompt_tokens: counted, prompt_tokens_details: details } = kept;
  if (typeof embedding !== 'string' && !Array.isArray(embedding)) return undefined;
  const tokens = typeof counted === 'number' ? counted : typeof input === 'string' ? estimateTextTokens(input) : 0;
  const item = { object: 'embedding', index: 0, embedding };
  const usage = {
    completion_tokens: 0,
    prompt_tokens: tokens,
    total_tokens: tokens,
    ...(isObject(details) && { prompt_tokens_details: details }),
  };
  return JSON.stringify({ model: answerModel ?? model ?? null, data: [item], object: 'list', usage });
}

/** One answer in the reference's form of an entry; undefined where it is too long. */
export function toKeptVector(answer: string): string | undefined {
  const body = parse(answer);
  const { model = null, data, usage } = isObject(body) ? body : {};
  const item: JsonValue | undefined = Array.isArray(data) ? data[0] : undefined;
  if (!isObject(item) || !isObject(usage)) return undefined;
  const { embedding = null } = item;
  const { prompt_tokens: tokens = null, prompt_tokens_details: details = null } = usage;
  const text = JSON.stringify({
    embedding,
    index: 0,
    object: 'embedding',
    model,
    prompt_tokens: tokens,
    prompt_tokens_details: details,
    format_version: FORMAT_VERSION,
  });
  return text.length > KEPT_CHARS_MAX ? undefined : text;
}

/**
 * Splits an answer into one for each input. Its usage is divided so that the parts add up again.
 *
 * out: undefined where the answer does not have one embedding for each.
 */
export function splitEmbeddings(answer: string, count: number): readonly string[] | undefined {
  const body = parse(answer);
  if (!isObject(body) || !Array.isArray(body['data']) || body['data'].length !== count || count === 0) return undefined;
  const { data, model = null, usage } = body;
  return data.map((item: JsonValue, index) =>
    JSON.stringify({ model, data: [item], object: 'list', usage: shareOf(isObject(usage) ? usage : {}, index, count) }),
  );
}

function shareOf(counts: JsonObject, index: number, count: number): JsonObject {
  const shares = Object.entries(counts).map(([name, value]) => [name, shareOfValue(value, index, count)] as const);
  return Object.fromEntries(shares);
}

/** The first inputs get the remainder of the division. */
function shareOfValue(value: JsonValue | undefined, index: number, count: number): JsonValue | undefined {
  if (isObject(value)) return shareOf(value, index, count);
  if (typeof value !== 'number' || !Number.isInteger(value)) return typeof value === 'number' ? value / count : value;
  return Math.floor(value / count) + (index < value % count ? 1 : 0);
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
