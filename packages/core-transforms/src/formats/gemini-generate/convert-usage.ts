import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { GroundingCounts } from './grounding.ts';
import { isArray, isSaid, objectsIn, readCount, readString } from './types.ts';

/** The provider's name for a kind of token → OpenAI's member. Documents count as text. */
const MODALITIES: Readonly<Record<string, string>> = {
  TEXT: 'text_tokens',
  DOCUMENT: 'text_tokens',
  AUDIO: 'audio_tokens',
  IMAGE: 'image_tokens',
  VIDEO: 'video_tokens',
};

/**
 * The provider's `usageMetadata` → OpenAI's usage.
 *
 * in:     counts as received (for a stream: all of them merged); the searches on which the answer is grounded.
 * out:    whole tokens. Thinking counts as completion; tokens that a tool added to the prompt count as prompt, unless it was a search,
 *         which is charged separately. Cached tokens are listed in the details.
 * source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py `_calculate_usage`, read 2026-11-26.
 */
export function toChatUsage(counts: JsonObject, grounding: GroundingCounts): JsonObject {
  const thoughts = counts['thoughtsTokenCount'];
  const cached = counts['cachedContentTokenCount'];
  const usedByTools = readCount(counts, 'toolUsePromptTokenCount');
  const isSearched = grounding.webSearches !== undefined || grounding.mapsSearches !== undefined;
  const said = readCount(counts, 'responseTokenCount') || readCount(counts, 'candidatesTokenCount');
  const isInclusive =
    readCount(counts, 'promptTokenCount') + readCount(counts, 'candidatesTokenCount') + usedByTools ===
    readCount(counts, 'totalTokenCount');
  const completion = said + (isInclusive || typeof thoughts !== 'number' ? 0 : thoughts);
  const details = completionDetails(counts, completion);
  return {
    completion_tokens: completion,
    prompt_tokens: readCount(counts, 'promptTokenCount') + (isSearched ? 0 : usedByTools),
    total_tokens: readCount(counts, 'totalTokenCount'),
    ...(Object.keys(details).length > 0 && { completion_tokens_details: details }),
    prompt_tokens_details: {
      ...(isSaid(cached) && { cached_tokens: cached }),
      ...promptDetails(counts),
      ...(usedByTools > 0 && { tool_use_tokens: usedByTools }),
      ...(grounding.webSearches !== undefined && { web_search_requests: grounding.webSearches }),
      ...(grounding.mapsSearches !== undefined && { google_maps_grounding_requests: grounding.mapsSearches }),
    },
    ...(isSaid(cached) && { cache_read_input_tokens: cached }),
  };
}

/** Only the three totals: the reference shows no more for an answer that was refused for its content. */
export function toPlainUsage(counts: JsonObject): JsonObject {
  return {
    completion_tokens: readCount(counts, 'candidatesTokenCount'),
    prompt_tokens: readCount(counts, 'promptTokenCount'),
    total_tokens: readCount(counts, 'totalTokenCount'),
  };
}

/**
 * A stream's counts so far, merged with those of one more event.
 *
 * out: later values replace earlier ones, except that a zero replaces no count; the same object if nothing is new.
 */
export function mergeCounts(before: JsonObject | null, given: JsonObject): JsonObject {
  if (before === null) return given;
  for (const name in before) {
    const value = given[name];
    if (!isSaid(value) || value === 0) return { ...before, ...withoutZeros(given) };
  }
  return given;
}

function withoutZeros(counts: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => isSaid(value) && value !== 0));
}

function completionDetails(counts: JsonObject, completion: number): JsonObject {
  const thoughts = counts['thoughtsTokenCount'];
  const kinds = sumModalities([counts['responseTokensDetails'], counts['candidatesTokensDetails']]);
  const others = (kinds['image_tokens'] ?? 0) + (kinds['audio_tokens'] ?? 0) + (kinds['video_tokens'] ?? 0);
  const text = kinds['text_tokens'] ?? textTokens(counts, completion, others);
  return {
    ...(isSaid(thoughts) && { reasoning_tokens: thoughts }),
    ...kinds,
    ...(text !== undefined && { text_tokens: text }),
  };
}

/** Tokens of text where the provider does not list them: what is left beside other kinds and thinking; undefined if it gives neither count. */
function textTokens(counts: JsonObject, completion: number, others: number): number | undefined {
  const candidates = readCount(counts, 'candidatesTokenCount');
  if (candidates > 0) return candidates - others;
  const thoughts = readCount(counts, 'thoughtsTokenCount');
  return thoughts > 0 ? Math.max(0, completion - thoughts - others) : undefined;
}

/** Prompt tokens by kind, without cached ones. Cached tokens without a kind count as text. */
function promptDetails(counts: JsonObject): JsonObject {
  const kinds = sumModalities([counts['promptTokensDetails']]);
  const tells = isArray(counts['cacheTokensDetails']);
  const fromCache = tells ? sumModalities([counts['cacheTokensDetails']]) : { text_tokens: readCount(counts, 'cachedContentTokenCount') };
  return Object.fromEntries(Object.entries(kinds).map(([name, count]) => [name, count - (fromCache[name] ?? 0)]));
}

function sumModalities(lists: readonly (JsonValue | undefined)[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const detail of lists.flatMap(objectsIn)) {
    const name = MODALITIES[(readString(detail, 'modality') ?? '').toUpperCase()];
    const count = detail['tokenCount'] ?? detail['token_count'];
    if (name !== undefined) sums[name] = (sums[name] ?? 0) + (typeof count === 'number' ? count : 0);
  }
  return sums;
}
