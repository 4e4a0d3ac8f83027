import type { EmbeddingsCall } from '../../contract/embeddings-format.ts';
import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, type Failure } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { estimateTextTokens } from '../../tokens/estimate-text.ts';

/** Vectors, in the order of their inputs, in OpenAI's list. */
export function toData(vectors: JsonArray): JsonArray {
  return vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
}

/** Usage for a number of tokens; undefined: the provider reports none, and the texts are estimated. */
export function toUsage(tokens: JsonValue | undefined, client: JsonObject): JsonObject {
  const count =
    typeof tokens === 'number' ? tokens : toInputs(client['input'] ?? null).reduce<number>((sum, text) => sum + estimate(text), 0);
  return { completion_tokens: 0, prompt_tokens: count, total_tokens: count };
}

/** The inputs of a call as a list. */
export function toInputs(input: JsonValue): JsonArray {
  return Array.isArray(input) ? input : [input];
}

/** Undefined if all inputs are texts; else the failure. */
export function refuseOthersThanTexts({ input }: EmbeddingsCall, { provider }: Plan): Failure | undefined {
  if (toInputs(input).every((item) => typeof item === 'string')) return undefined;
  return fail({ kind: 'bad-request', path: '', message: `input: ${provider.id} takes a text or a list of texts` });
}

/** The failure for an answer that cannot be used. */
export function unusable({ provider }: Plan, message = 'the answer holds no embeddings'): Failure {
  return fail({ kind: 'bad-upstream', provider: provider.id, message });
}

/** Estimates the tokens of an input; 0 if it is not a text. */
function estimate(input: JsonValue): number {
  return typeof input === 'string' ? estimateTextTokens(input) : 0;
}
