import type { Embeddings, EmbeddingsFormat } from '../../contract/embeddings-format.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { endpointPerPlan } from '../../call/provider-request.ts';
import { isObject } from '../../json/is-object.ts';
import { toAddress } from '../../providers/address.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { unusable } from '../openai-embeddings/answers.ts';

/** Components are scaled by this to fit a signed byte. */
const WHOLE = 127;

/**
 * Perplexity's embeddings: OpenAI's, except that a vector comes as base64 of signed bytes, whichever encoding is requested.
 *
 * source: https://docs.perplexity.ai/api-reference/embeddings-post and LiteLLM 1.106.2, llms/perplexity/embedding/, read 2026-11-29.
 */
export const perplexityEmbedFormat: EmbeddingsFormat = {
  id: 'perplexity-embed',
  endpoint: endpointPerPlan((plan) => ({ ...toPlace(plan), headers: {} })),
  request: ({ input, params, own }, plan) => ok({ model: plan.model, input, ...params, ...own }),
  response: toEmbeddings,
  error: toUpstreamError,
};

/** The URL; a base that is already the whole URL is used unchanged. */
function toPlace(plan: Plan): ReturnType<typeof toAddress> {
  return toAddress(plan, plan.apiBase?.endsWith('/embeddings') === true ? '' : '/v1/embeddings');
}

function toEmbeddings(answer: JsonValue | undefined, plan: Plan): Outcome<Embeddings> {
  if (!isObject(answer) || !Array.isArray(answer['data'])) return unusable(plan);
  const items: readonly JsonValue[] = answer['data'];
  const data: JsonObject[] = [];
  for (const item of items) {
    const embedding = isObject(item) ? toVector(item['embedding']) : undefined;
    if (!isObject(item) || embedding === undefined) return unusable(plan);
    data.push({ ...item, embedding });
  }
  const { model, usage } = answer;
  return ok({ data, usage: toUsage(usage), ...(typeof model === 'string' && { model }) });
}

function toVector(embedding: JsonValue | undefined): JsonValue | undefined {
  if (typeof embedding !== 'string') return embedding;
  try {
    return Array.from(atob(embedding), (letter) => signed(letter.codePointAt(0) ?? 0) / WHOLE);
  } catch {
    return undefined;
  }
}

function signed(byte: number): number {
  return byte > WHOLE ? byte - 256 : byte;
}

function toUsage(usage: JsonValue | undefined): JsonObject {
  const count = (name: string): number => {
    const value = isObject(usage) ? usage[name] : undefined;
    return typeof value === 'number' ? value : 0;
  };
  const total = count('total_tokens');
  return {
    completion_tokens: 0,
    prompt_tokens: count('prompt_tokens') || total,
    total_tokens: total,
  };
}
