import type { EmbeddingsCall, Embeddings, EmbeddingsFormat } from '../../contract/embeddings-format.ts';
import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { endpointPerPlan } from '../../call/provider-request.ts';
import { isObject } from '../../json/is-object.ts';
import { providerModel, toAddress } from '../../providers/address.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { refuseOthersThanTexts, toData, toInputs, toUsage, unusable } from '../openai-embeddings/answers.ts';
import { isImage } from '../openai-embeddings/is-image.ts';

/** The default purpose of an embedding. */
const INPUT_TYPE_DEFAULT = 'search_document';

/**
 * Cohere's embed API.
 *
 * source: https://docs.cohere.com/reference/embed and LiteLLM 1.106.2, llms/cohere/embed/, read 2026-11-29.
 */
export const cohereEmbedFormat: EmbeddingsFormat = {
  id: 'cohere-embed',
  endpoint: endpointPerPlan((plan) => ({ ...toAddress(plan, '/embed'), headers: {} })),
  request: (call, plan) => {
    const refused = refuseOthersThanTexts(call, plan);
    return refused ?? ok({ model: providerModel(plan), ...toCohereInputs(call) });
  },
  response: readCohereAnswer,
  error: toUpstreamError,
};

/**
 * A call's inputs and parameters in Cohere's shape. As in the reference, the inputs count as images if the last one is one. The client's
 * `input_type` takes precedence over the default.
 */
export function toCohereInputs({ input, params, own }: EmbeddingsCall): JsonObject {
  const inputs = toInputs(input);
  const given = isImage(inputs.at(-1)) ? { images: inputs, input_type: 'image' } : { texts: inputs, input_type: INPUT_TYPE_DEFAULT };
  const { encoding_format: format, ...others } = params;
  return { ...given, ...(format !== undefined && { embedding_types: toInputs(format) }), ...others, ...own };
}

/** The vectors, and the billed tokens; if the answer has none, an estimate from the texts. */
export function readCohereAnswer(answer: JsonValue | undefined, plan: Plan, client: JsonObject): Outcome<Embeddings> {
  const vectors = isObject(answer) ? toVectors(answer['embeddings']) : undefined;
  if (!isObject(answer) || vectors === undefined) return unusable(plan);
  return ok({ data: vectors, usage: cohereUsage(answer['meta'], client) });
}

/** The vectors, from one list, or from one list per type, which are concatenated. */
function toVectors(given: JsonValue | undefined): JsonArray | undefined {
  if (Array.isArray(given)) return toData(given);
  if (!isObject(given)) return undefined;
  return Object.values(given).flatMap((vectors) => (Array.isArray(vectors) ? toData(vectors) : []));
}

function cohereUsage(meta: JsonValue | undefined, client: JsonObject): JsonObject {
  const billed = isObject(meta) ? meta['billed_units'] : undefined;
  const { input_tokens: text = null, images = null } = isObject(billed) ? billed : {};
  if (typeof text !== 'number' && typeof images !== 'number') return toUsage(undefined, client);
  const tokens = (typeof text === 'number' ? text : 0) + (typeof images === 'number' ? images : 0);
  return { ...toUsage(tokens, client), prompt_tokens_details: { text_tokens: text, image_tokens: images } };
}
