import { isObject, parseJson, type DialectId, type JsonObject } from '@stagegate/core-transforms';
import { endOfObject, endsUncounted } from './answer-meter.ts';

const USAGE = /"usage":\s*\{/gu;

/**
 * What shows the cost of a stream in its usage, where the client gets to see that; undefined for streams that do not show it.
 *
 * in:     `costUsd`: asked once the usage has come; undefined where the price is not known.
 * out:    takes and gives text of whole events.
 * source: LiteLLM 1.106.2, main.py `_stamp_streaming_usage_cost`, responses/streaming_iterator.py `stamp_responses_usage_cost`.
 */
export function streamCost(
  dialect: DialectId,
  body: JsonObject,
  costUsd: () => number | undefined,
): ((text: string) => string) | undefined {
  const count = countShown(dialect, body);
  return count === undefined ? undefined : (text) => (text.includes('usage"') ? withCost(text, count, costUsd) : text);
}

/** Whether a stream shows what it costs. */
export function showsStreamCost(dialect: DialectId, body: JsonObject): boolean {
  return countShown(dialect, body) !== undefined;
}

/** What the usage of a finished answer counts, and no other object of that name; undefined where the client does not get to see it. */
function countShown(dialect: DialectId, body: JsonObject): string | undefined {
  if (dialect === 'openai-responses') return 'input_tokens';
  const isChat = dialect === 'openai-chat' || dialect === 'openai-completions';
  return isChat && !endsUncounted(dialect, body) ? 'prompt_tokens' : undefined;
}

/** A provider that says what its answer costs is believed; one that says what of it costs what gets the sum instead. */
function withCost(text: string, count: string, costUsd: () => number | undefined): string {
  for (const { index, 0: opening } of text.matchAll(USAGE)) {
    const begin = index + opening.length - 1;
    const end = endOfObject(text, begin);
    const usage = end === -1 ? undefined : parseJson(text.slice(begin, end));
    if (!isObject(usage) || typeof usage[count] !== 'number') continue;
    const { cost } = usage;
    const usd = typeof cost === 'number' ? undefined : costUsd();
    if (usd === undefined || usd <= 0) return text;
    const priced = cost === undefined ? `${text.slice(begin, end - 1)},"cost":${usd}}` : JSON.stringify({ ...usage, cost: usd });
    return text.slice(0, begin) + priced + text.slice(end);
  }
  return text;
}
