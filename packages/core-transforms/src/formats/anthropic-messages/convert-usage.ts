import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isArray } from './types.ts';

/** What is known of an answer's thinking, for an estimate of its tokens if the provider gives no count. */
export interface ThinkingSeen {
  /** Whether the answer has a block of thinking, readable or not. */
  readonly isThere: boolean;
  /** Characters of readable thinking. */
  readonly characters: number;
}

/** Characters per token in English text, approximately. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * The provider's `usage` → OpenAI's, with the provider's own members alongside.
 *
 * in:     `usage` as received (for a stream: all of them merged); the `speed` that was requested.
 * out:    whole tokens. `prompt_tokens` includes those read from and written to the cache. Reasoning tokens are the provider's count, else
 *         an estimate from the text (the reference uses a tokenizer for it), never more than all the answer's tokens.
 * source: LiteLLM 1.106.2, llms/anthropic/chat/transformation.py `calculate_usage`, read 2026-11-23.
 */
export function toChatUsage(usage: JsonObject, thinking: ThinkingSeen, speed: JsonValue | undefined, searches: number): JsonObject {
  const iterations = isArray(usage['iterations']) ? usage['iterations'].filter(isObject) : NO_ROUNDS;
  const counted = iterations.length > 0 ? iterations : [usage];
  const written = sum(counted, 'cache_creation_input_tokens');
  const read = sum(counted, 'cache_read_input_tokens');
  const plain = sum(counted, 'input_tokens');
  const completion = sum(counted, 'output_tokens');
  const prompt = plain + written + read;
  const details = cacheDetails(usage, iterations);
  const server = serverToolUse(usage['server_tool_use'], searches);
  const shownSpeed = typeof usage['speed'] === 'string' ? usage['speed'] : speed;
  const promptDetails: Record<string, JsonValue> = {
    cached_tokens: read,
    cache_write_tokens: written,
    cache_creation_tokens: written,
    text_tokens: plain,
  };
  if (details !== undefined) promptDetails['cache_creation_token_details'] = details;
  const shown: Record<string, JsonValue | undefined> = {
    completion_tokens: completion,
    prompt_tokens: prompt,
    total_tokens: prompt + completion,
    completion_tokens_details: completionDetails(reportedThinking(usage, iterations), completion, thinking),
    prompt_tokens_details: promptDetails,
  };
  if (server !== undefined) shown['server_tool_use'] = server;
  shown['cache_creation_input_tokens'] = written;
  shown['cache_read_input_tokens'] = read;
  if (iterations.length > 0) shown['iterations'] = iterations;
  if (isSet(usage['inference_geo'])) shown['inference_geo'] = usage['inference_geo'];
  if (isSet(shownSpeed)) shown['speed'] = shownSpeed;
  if (isSet(usage['service_tier'])) shown['service_tier'] = usage['service_tier'];
  return shown;
}

function completionDetails(reported: number | undefined, completion: number, thinking: ThinkingSeen): JsonObject {
  if (reported === undefined && thinking.isThere && thinking.characters === 0) return {};
  const reasoning = Math.min(Math.max(0, reported ?? estimateTokens(thinking.characters)), completion);
  return { reasoning_tokens: reasoning, text_tokens: completion - reasoning };
}

function estimateTokens(characters: number): number {
  return characters === 0 ? 0 : Math.max(1, Math.round(characters / CHARACTERS_PER_TOKEN));
}

const NO_ROUNDS: readonly JsonObject[] = [];

/** The provider's count of thinking tokens, over all rounds of the answer; undefined unless it gave one for every round. */
function reportedThinking(usage: JsonObject, iterations: readonly JsonObject[]): number | undefined {
  if (iterations.length === 0) return thinkingTokens(usage);
  const whole = iterations.map(thinkingTokens).filter((count) => count !== undefined);
  return whole.length === iterations.length ? whole.reduce((total, count) => total + count, 0) : thinkingTokens(usage);
}

function thinkingTokens(usage: JsonObject): number | undefined {
  const details = usage['output_tokens_details'];
  const count = isObject(details) ? details['thinking_tokens'] : undefined;
  return typeof count === 'number' ? count : undefined;
}

/** Tokens written to the cache by how long they are kept; if the rounds do not say, five minutes. */
function cacheDetails(usage: JsonObject, iterations: readonly JsonObject[]): JsonObject | undefined {
  const rounds = iterations.flatMap((iteration) => (isObject(iteration['cache_creation']) ? [iteration['cache_creation']] : []));
  if (rounds.length === 0) {
    const whole = usage['cache_creation'];
    if (!isObject(whole)) return undefined;
    return { ephemeral_5m_input_tokens: whole['ephemeral_5m_input_tokens'], ephemeral_1h_input_tokens: whole['ephemeral_1h_input_tokens'] };
  }
  const short = sum(rounds, 'ephemeral_5m_input_tokens');
  const long = sum(rounds, 'ephemeral_1h_input_tokens');
  const rest = Math.max(sum(iterations, 'cache_creation_input_tokens') - short - long, 0);
  return { ephemeral_5m_input_tokens: short + rest, ephemeral_1h_input_tokens: long };
}

function serverToolUse(given: JsonValue | undefined, searches: number): JsonObject | undefined {
  const web = isObject(given) ? given['web_search_requests'] : undefined;
  const own = isObject(given) ? given['tool_search_requests'] : undefined;
  const tool = isSet(own) ? own : searches > 0 ? searches : undefined;
  if (!isSet(web) && tool === undefined) return undefined;
  return { ...(isSet(web) && { web_search_requests: web }), ...(tool !== undefined && { tool_search_requests: tool }) };
}

function sum(holders: readonly JsonObject[], name: string): number {
  let total = 0;
  for (const holder of holders) {
    const value = holder[name];
    if (typeof value === 'number') total += Math.trunc(value);
  }
  return total;
}

function isSet(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}
