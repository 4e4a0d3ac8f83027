import type { Embeddings, EmbeddingsCall, EmbeddingsFormat } from '../../contract/embeddings-format.ts';
import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { endpointPerPlan } from '../../call/provider-request.ts';
import { isObject } from '../../json/is-object.ts';
import { toLabels } from '../gemini-generate/labels.ts';
import { toData, toInputs, toUsage, unusable } from '../openai-embeddings/answers.ts';
import { toVertexError } from '../vertex-anthropic/errors.ts';
import { vertexUrl } from '../vertex-anthropic/vertex-url.ts';
import { toGoogleParams } from './params.ts';

/** The endpoint of a tuned model. */
const TUNED = /^\d+$/u;
/** BAAI's models, by name or, after `bge/`, by endpoint: they take prompts, answer bare vectors, and report no tokens. */
const BGE = /bge/iu;

/**
 * Text embeddings of Vertex AI, through its predict API.
 *
 * source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api and LiteLLM 1.106.2,
 *         llms/vertex_ai/vertex_embeddings/, read 2026-11-29.
 */
export const vertexEmbedFormat: EmbeddingsFormat = {
  id: 'vertex-embed',
  endpoint: endpointPerPlan((plan) => ({ url: toUrl(plan), headers: plan.provider.headers ?? {}, auth: plan.provider.auth })),
  // The models check inputs themselves: multimodal and tuned ones accept more than texts.
  request: (call, plan) => ok(toBody(call, plan)),
  response: toEmbeddings,
  error: toVertexError,
};

function toUrl(plan: Plan): string {
  const model = plan.model.replace(/^bge\//u, '');
  return vertexUrl(plan, TUNED.test(model) ? `endpoints/${model}` : `publishers/google/models/${model}`, 'predict');
}

/** As in the reference, parameters for all texts are repeated beside each of them. */
function toBody(call: EmbeddingsCall, { model }: Plan): JsonObject {
  const { labels: own, ...parameters } = toGoogleParams(call);
  const { task_type: task, title } = parameters;
  const labels = toLabels(own) ?? toLabels(call.metadata);
  const beside = { ...(task !== undefined && { task_type: task }), ...(title !== undefined && { title }) };
  const name = BGE.test(model) ? 'prompt' : 'content';
  const instances = toInputs(call.input).map((text) => (TUNED.test(model) ? { inputs: text } : { [name]: text, ...beside }));
  return { instances, parameters, ...(labels !== undefined && { labels }) };
}

function toEmbeddings(answer: JsonValue | undefined, plan: Plan, client: JsonObject): Outcome<Embeddings> {
  const predictions = isObject(answer) ? answer['predictions'] : undefined;
  if (!isObject(answer) || !Array.isArray(predictions)) return unusable(plan);
  const list: JsonArray = predictions;
  if (BGE.test(plan.model)) return list.every(Array.isArray) ? ok({ data: toData(list), usage: toUsage(0, client) }) : unusable(plan);
  const read = list.map(readPrediction);
  const counts = read.map(({ tokens }) => tokens).filter((tokens) => typeof tokens === 'number');
  const usage = toUsage(counts.length === 0 ? undefined : counts.reduce((sum, tokens) => sum + tokens, 0), client);
  const { metadata } = answer;
  const characters = isObject(metadata) ? metadata['billableCharacterCount'] : undefined;
  const details = typeof characters === 'number' ? { prompt_tokens_details: { character_count: characters } } : {};
  return ok({ data: toData(read.map(({ vector }) => vector)), usage: { ...usage, ...details } });
}

/** Reads one prediction. A tuned model answers a list that begins with the vector, and reports no tokens. */
function readPrediction(prediction: JsonValue): { readonly vector: JsonValue; readonly tokens?: JsonValue | undefined } {
  if (Array.isArray(prediction)) return { vector: (prediction[0] as JsonValue | undefined) ?? null };
  const embeddings = isObject(prediction) ? prediction['embeddings'] : undefined;
  if (!isObject(embeddings)) return { vector: null };
  const { values = null, statistics } = embeddings;
  return { vector: values, tokens: isObject(statistics) ? statistics['token_count'] : undefined };
}
