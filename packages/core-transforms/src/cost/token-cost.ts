import type { JsonObject } from '../contract/json.ts';
import { answerTokens, promptTokens, type PromptTokens } from './billed-tokens.ts';
import { rateOf, tokenRates, type RateQuestion, type TokenRates } from './token-rates.ts';

/** What a prompt and its answer cost, USD. */
export interface TokenCost {
  readonly promptUsd: number;
  readonly answerUsd: number;
}

/**
 * What the tokens of a call cost by a model's prices.
 *
 * in:     usage in chat's shape.
 * out:    the reference's floats: everything is multiplied and added in its order.
 * cost:   a dozen look-ups.
 * source: LiteLLM 1.106.2, llm_cost_calc/utils.py `generic_cost_per_token`, read 2026-11-29.
 */
export function tokenCost(usage: JsonObject, question: RateQuestion): TokenCost {
  const rates = tokenRates(question);
  return { promptUsd: promptCost(promptTokens(usage), question, rates), answerUsd: answerCost(usage, question, rates) };
}

function promptCost(tokens: PromptTokens, { prices, tierSuffix }: RateQuestion, rates: TokenRates): number {
  const at = (name: string): number | undefined => prices.rates.get(name);
  // A prompt is charged by its characters or by its tokens, not by both.
  const byCharacters = tokens.characters > 0 && at('input_cost_per_character') !== undefined;
  let usd = byCharacters ? 0 : tokens.text * rates.input;
  usd += (tokens.cached - tokens.cachedAudio) * rates.cacheRead;
  usd += tokens.cachedAudio * (rateOf(prices, 'cache_read_input_audio_token_cost', tierSuffix) ?? rates.cacheRead);
  const kind = (name: string, count: number, otherUnits: number, otherName: string): void => {
    if (count === 0 || (otherUnits > 0 && at(otherName) !== undefined)) return;
    usd += count * (rateOf(prices, name, tierSuffix) ?? rates.input);
  };
  kind('input_cost_per_audio_token', tokens.audio, tokens.audioSeconds, 'input_cost_per_audio_per_second');
  kind('input_cost_per_image_token', tokens.image, tokens.images, 'input_cost_per_image');
  kind('input_cost_per_video_token', tokens.video, tokens.videoSeconds, 'input_cost_per_video_per_second');
  if (tokens.writtenFor === undefined) usd += tokens.written * rates.cacheWrite;
  else usd += tokens.writtenFor.minutes * rates.cacheWrite + tokens.writtenFor.hour * rates.cacheWriteHour;
  usd += tokens.characters * (at('input_cost_per_character') ?? 0);
  usd += tokens.images * (at('input_cost_per_image') ?? 0);
  usd += tokens.videoSeconds * (at('input_cost_per_video_per_second') ?? 0);
  usd += tokens.audioSeconds * (at('input_cost_per_audio_per_second') ?? 0);
  return usd + tokens.queries * (at('input_cost_per_query') ?? 0);
}

function answerCost(usage: JsonObject, { prices, tierSuffix }: RateQuestion, rates: TokenRates): number {
  const { text, audio, image, video, reasoning } = answerTokens(usage);
  const at = (name: string): number => prices.rates.get(name) ?? rates.output;
  let usd = text * rates.output;
  if (audio > 0) usd += audio * at('output_cost_per_audio_token');
  if (reasoning > 0) usd += reasoning * (rates.reasoning ?? reasoningRate({ prices, tierSuffix }, rates.output));
  if (image > 0) usd += image * at('output_cost_per_image_token');
  return video > 0 ? usd + video * at('output_cost_per_video_token') : usd;
}

/** A tier with a price of its own for answers, and none for reasoning, charges reasoning as the answer. */
function reasoningRate({ prices: { rates }, tierSuffix }: Pick<RateQuestion, 'prices' | 'tierSuffix'>, output: number): number {
  const ofTier = rates.get(`output_cost_per_reasoning_token${tierSuffix}`);
  if (ofTier !== undefined) return ofTier;
  if (tierSuffix !== '' && rates.has(`output_cost_per_token${tierSuffix}`)) return output;
  return rates.get('output_cost_per_reasoning_token') ?? output;
}
