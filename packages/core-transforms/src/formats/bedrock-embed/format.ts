import type { Embeddings, EmbeddingsCall, EmbeddingsFormat } from '../../contract/embeddings-format.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { endpointPerPlan } from '../../call/provider-request.ts';
import { isObject } from '../../json/is-object.ts';
import { runtimeBase } from '../bedrock-converse/endpoint.ts';
import { toError } from '../bedrock-converse/errors.ts';
import { percentEncode, regionOf, urlModel } from '../bedrock-converse/model-id.ts';
import { readCohereAnswer, toCohereInputs } from '../cohere-embed/format.ts';
import { refuseOthersThanTexts, toData, toInputs, toUsage, unusable } from '../openai-embeddings/answers.ts';
import { imageBytes, isImage } from '../openai-embeddings/is-image.ts';

const COHERE = /cohere\.embed/u;
const COHERE_MEMBERS: ReadonlySet<string> = new Set(['texts', 'images', 'input_type', 'truncate', 'embedding_types', 'output_dimension']);
/** The first Titan models accept only a text. */
const PLAIN_TITAN = /titan-embed-(?:text-v1|g1)/u;
const IMAGE_TITAN = /titan-embed-image/u;

/**
 * Embedding models on Bedrock, through InvokeModel: Cohere's, and Amazon's Titan, which takes one input at a time.
 *
 * source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html, …-titan-embed-mm.html,
 *         …-embed.html and LiteLLM 1.106.2, llms/bedrock/embed/, read 2026-11-29.
 */
export const bedrockEmbedFormat: EmbeddingsFormat = {
  id: 'bedrock-embed',
  endpoint: endpointPerPlan((plan) => {
    const region = regionOf(plan);
    const id = percentEncode(urlModel(plan, plan.settings.defaults['model_id']));
    return { url: `${runtimeBase(plan, region)}/model/${id}/invoke`, headers: {}, auth: { kind: 'aws-sigv4', service: 'bedrock', region } };
  }),
  request: (call, plan) => (isCohere(plan) ? toCohereBody(call, plan) : toTitanBody(call, plan)),
  response: (answer, plan, client) => (isCohere(plan) ? readCohereAnswer : readTitanAnswer)(answer, plan, client),
  error: toError,
  takesOne: (plan) => !isCohere(plan),
};

function isCohere({ model }: Plan): boolean {
  return COHERE.test(model);
}

/** Cohere's models have no type `base64` here, only numbers. */
function toCohereBody(call: EmbeddingsCall, plan: Plan): Outcome<JsonObject> {
  const refused = refuseOthersThanTexts(call, plan);
  if (refused !== undefined) return refused;
  const { encoding_format: format, ...params } = call.params;
  const types = toInputs(format ?? []).map((type) => (type === 'base64' ? 'float' : type));
  const body = toCohereInputs({ ...call, params: { ...params, ...(types.length > 0 && { embedding_types: types }) } });
  return ok(Object.fromEntries(Object.entries(body).filter(([name]) => COHERE_MEMBERS.has(name))));
}

function toTitanBody({ input, params, own }: EmbeddingsCall, { model }: Plan): Outcome<JsonObject> {
  const [one, ...others] = toInputs(input);
  if (one === undefined) return fail({ kind: 'bad-request', path: '', message: 'input: expected a text or an image, found an empty list' });
  if (others.length > 0) return fail({ kind: 'bad-request', path: '', message: 'input: this model takes one at a time' });
  if (PLAIN_TITAN.test(model)) return ok({ inputText: one });
  const { model_id: _model, ...members } = own;
  if (!IMAGE_TITAN.test(model)) return ok({ inputText: one, ...toTypes(params), ...members });
  const { dimensions, ...rest } = params;
  return ok({
    ...(isImage(one) ? { inputImage: imageBytes(one) } : { inputText: one }),
    ...(dimensions !== undefined && { embeddingConfig: { outputEmbeddingLength: dimensions } }),
    ...rest,
    ...members,
  });
}

/** Maps a request for base64 to Titan's binary embeddings, as the reference does. */
function toTypes({ encoding_format: format, ...params }: JsonObject): JsonObject {
  return format === undefined ? params : { ...params, embeddingTypes: [format === 'base64' ? 'binary' : 'float'] };
}

function readTitanAnswer(answer: JsonValue | undefined, plan: Plan, client: JsonObject): Outcome<Embeddings> {
  if (!isObject(answer)) return unusable(plan);
  const { embeddingsByType: byType, embedding, inputTextTokenCount: count } = answer;
  const { binary, float } = isObject(byType) ? byType : {};
  const vector = binary ?? float ?? embedding;
  if (!Array.isArray(vector)) return unusable(plan);
  const images = toInputs(client['input'] ?? null).filter(isImage).length;
  const details = images > 0 && IMAGE_TITAN.test(plan.model) ? { prompt_tokens_details: { image_count: images } } : {};
  return ok({ data: toData([vector]), usage: { ...toUsage(count, client), ...details } });
}
