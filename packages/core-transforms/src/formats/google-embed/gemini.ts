import type { Embeddings, EmbeddingsCall, EmbeddingsFormat } from '../../contract/embeddings-format.ts';
import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { endpointPerPlan } from '../../call/provider-request.ts';
import { isObject } from '../../json/is-object.ts';
import { toError } from '../gemini-generate/errors.ts';
import { toData, toInputs, toUsage, unusable } from '../openai-embeddings/answers.ts';
import { vertexUrl } from '../vertex-anthropic/vertex-url.ts';
import { toGoogleParams } from './params.ts';
import { toParts } from './to-part.ts';

/**
 * Gemini's embeddings: on AI Studio one per input, in a batch; on Vertex AI one for all inputs together.
 *
 * source: https://ai.google.dev/api/embeddings and LiteLLM 1.106.2, llms/vertex_ai/gemini_embeddings/, read 2026-11-29.
 */
export const geminiEmbedFormat: EmbeddingsFormat = {
  id: 'gemini-embed',
  endpoint: endpointPerPlan((plan) => ({ url: toUrl(plan), headers: plan.provider.headers ?? {}, auth: plan.provider.auth })),
  request: (call, plan) => (isCloud(plan) ? toOne(call) : toBatch(call, plan)),
  response: (answer, plan, client) => (isCloud(plan) ? fromOne : fromBatch)(answer, plan, client),
  error: toError,
  embedsAsOne: isCloud,
};

function isCloud({ provider }: Plan): boolean {
  return provider.generate?.cloud === true;
}

function toUrl(plan: Plan): string {
  const { apiBase, model, provider } = plan;
  if (isCloud(plan)) return vertexUrl(plan, `publishers/google/models/${model}`, 'embedContent');
  return `${apiBase ?? `${provider.baseUrl ?? ''}/v1beta`}/models/${model}:batchEmbedContents`;
}

/** A batch; inputs in a nested list are embedded as one. */
function toBatch(call: EmbeddingsCall, { model }: Plan): Outcome<JsonObject> {
  const members = toMembers(call);
  const requests: JsonObject[] = [];
  for (const input of toInputs(call.input)) {
    const parts = toParts(toInputs(input));
    if (!parts.ok) return parts;
    requests.push({ model: `models/${model}`, content: { parts: parts.value }, ...members });
  }
  return ok({ requests });
}

function toOne(call: EmbeddingsCall): Outcome<JsonObject> {
  const inputs = toInputs(call.input);
  if (inputs.some(Array.isArray)) return fail({ kind: 'bad-request', path: '', message: 'input: all inputs are embedded as one' });
  const parts = toParts(inputs);
  return parts.ok ? ok({ content: { parts: parts.value }, ...toMembers(call) }) : parts;
}

function toMembers(call: EmbeddingsCall): JsonObject {
  const { outputDimensionality: dimensions, taskType = null, task_type: task = taskType, title } = toGoogleParams(call);
  return {
    ...(dimensions !== undefined && { outputDimensionality: dimensions }),
    ...(task !== null && { taskType: task }),
    ...(title !== undefined && { title }),
  };
}

function fromBatch(answer: JsonValue | undefined, plan: Plan, client: JsonObject): Outcome<Embeddings> {
  const given = isObject(answer) ? answer['embeddings'] : undefined;
  if (!Array.isArray(given)) return unusable(plan);
  const list: JsonArray = given;
  return ok({ data: toData(list.map((one) => (isObject(one) ? (one['values'] ?? null) : null))), usage: toUsage(undefined, client) });
}

function fromOne(answer: JsonValue | undefined, plan: Plan, client: JsonObject): Outcome<Embeddings> {
  const { embedding, usageMetadata: counted } = isObject(answer) ? answer : {};
  const values = isObject(embedding) ? embedding['values'] : undefined;
  if (!Array.isArray(values)) return unusable(plan);
  return ok({ data: toData([values]), usage: toUsage(isObject(counted) ? counted['promptTokenCount'] : undefined, client) });
}
