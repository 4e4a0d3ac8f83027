import type { EmbeddingsCall } from '../../contract/embeddings-format.ts';
import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, type Failure } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { estimateTextTokens } from '../../tokens/estimate-text.ts';

/** Vectors in the order of their inputs, as OpenAI lists them. */
export function toData(vectors: JsonArray): JsonArray {
  return vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
}

/** Usage of a call that took that many tokens; undefined: its provider does not count, and what the texts are is estimated. */
export function toUsage(tokens: JsonValue | undefined, client: JsonObject): JsonObject {
  const count =
    typeof tokens === 'number' ? tokens : toInputs(client['input'] ?? null).reduce<number>((sum, text) => sum + estimate(text), 0);
  return { completion_tokens: 0, prompt_tokens: count, total_tokens: count };
}

/** The inputs of a call, each by itself. */
export function toInputs(input: JsonValue): JsonArray {
  return Array.isArray(input) ? input : [input];
}

/** A call whose inputs are texts; else why it cannot be served, and where. */
export function refuseOthersThanTexts({ input }: EmbeddingsCall, { provider }: Plan): Failure | undefined {
  if (toInputs(input).every((item) => typeof item === 'string')) return undefined;
  return fail({ kind: 'bad-request', path: '', message: `input: ${provider.id} takes a text or a list of texts` });
}

/** An answer without what it should hold. */
export function unusable({ provider }: Plan, message = 'the answer holds no embeddings'): Failure {
  return fail({ kind: 'bad-upstream', provider: provider.id, message });
}

/** Nothing is known of what is no text. */
function estimate(input: JsonValue): number {
  return typeof input === 'string' ? estimateTextTokens(input) : 0;
}
