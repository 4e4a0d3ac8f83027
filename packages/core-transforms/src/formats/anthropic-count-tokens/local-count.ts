import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { countPrompt } from '../../tokens/count-prompt.ts';
import { estimateTextTokens } from '../../tokens/estimate-text.ts';

/**
 * A count made here, for a provider that does not count or does not answer. The answer is marked as such, as the reference's is.
 *
 * in: the client's request in the messages dialect.
 */
export function localCount(body: JsonObject): JsonObject {
  const { messages, system, tools } = body;
  const prompt = { messages: Array.isArray(messages) ? messages.filter(isObject) : [], system, tools };
  return { input_tokens: countPrompt(prompt, estimateTextTokens), litellm_count_source: 'local_estimate' };
}
