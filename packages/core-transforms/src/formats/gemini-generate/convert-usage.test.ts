import { expect, test } from 'vitest';
import { deepFreeze } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import { mergeCounts, toChatUsage } from './convert-usage.ts';

const NO_SEARCHES = { webSearches: undefined, mapsSearches: undefined };
const PLAIN = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };

function detail(modality: string, tokenCount: number): JsonObject {
  return { modality, tokenCount };
}

const USAGES: readonly [string, JsonObject, JsonObject][] = [
  ['plain counts', PLAIN, { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, completion_tokens_details: { text_tokens: 5 } }],
  [
    'thinking beside the answer',
    { ...PLAIN, thoughtsTokenCount: 4, totalTokenCount: 19 },
    { completion_tokens: 9, total_tokens: 19, completion_tokens_details: { reasoning_tokens: 4, text_tokens: 5 } },
  ],
  [
    'thinking within the answer',
    { ...PLAIN, thoughtsTokenCount: 4 },
    { completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 4 } },
  ],
  [
    'kinds of the prompt, without what came from a cache',
    {
      ...PLAIN,
      promptTokensDetails: [detail('TEXT', 6), detail('DOCUMENT', 1), detail('AUDIO', 3)],
      cachedContentTokenCount: 4,
      cacheTokensDetails: [detail('TEXT', 2), detail('AUDIO', 2)],
    },
    { prompt_tokens_details: { cached_tokens: 4, text_tokens: 5, audio_tokens: 1 }, cache_read_input_tokens: 4 },
  ],
  [
    'a cache that does not tell kinds apart',
    { ...PLAIN, promptTokensDetails: [detail('TEXT', 6)], cachedContentTokenCount: 4 },
    { prompt_tokens_details: { cached_tokens: 4, text_tokens: 2 } },
  ],
  [
    'kinds of the answer',
    { ...PLAIN, candidatesTokensDetails: [detail('IMAGE', 2), detail('video', 1)] },
    { completion_tokens_details: { image_tokens: 2, video_tokens: 1, text_tokens: 2 } },
  ],
  [
    'what tools put into the prompt',
    { ...PLAIN, toolUsePromptTokenCount: 7, totalTokenCount: 22 },
    { prompt_tokens: 17, prompt_tokens_details: { tool_use_tokens: 7 } },
  ],
];

test.each(USAGES)('%s', (_name, counts, usage) => {
  expect(toChatUsage(deepFreeze(counts), NO_SEARCHES)).toMatchObject(usage);
});

test('what a search put into the prompt is charged for as a search', () => {
  const usage = toChatUsage({ ...PLAIN, toolUsePromptTokenCount: 7 }, { webSearches: 2, mapsSearches: undefined });
  expect(usage).toMatchObject({ prompt_tokens: 10, prompt_tokens_details: { web_search_requests: 2 } });
});

test('of a stream the later count wins, but no zero', () => {
  expect(mergeCounts(deepFreeze({ a: 1, b: 2 }), deepFreeze({ a: 0, b: 3, c: 4 }))).toEqual({ a: 1, b: 3, c: 4 });
  const counts = { a: 2, b: 3 };
  expect(mergeCounts({ a: 1 }, counts)).toBe(counts);
  expect(mergeCounts(null, counts)).toBe(counts);
});

test('an answer without a token has no details', () => {
  expect(toChatUsage({ promptTokenCount: 3, candidatesTokenCount: 0, totalTokenCount: 3 }, NO_SEARCHES)).not.toHaveProperty(
    'completion_tokens_details',
  );
});
