import type { Embeddings, EmbeddingsFormat } from '../../contract/embeddings-format.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { endpointPerPlan } from '../../call/provider-request.ts';
import { isObject } from '../../json/is-object.ts';
import { refuseHomeless, toAddress } from '../../providers/address.ts';
import { readOption } from '../../params/read-option.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { refuseOthersThanTexts, toData, toInputs, toUsage, unusable } from '../openai-embeddings/answers.ts';

/**
 * Embeddings of IBM's watsonx.
 *
 * source: https://cloud.ibm.com/apidocs/watsonx-ai#text-embeddings and LiteLLM 1.106.2, llms/watsonx/embed/, read 2026-11-29.
 */
export const watsonxEmbedFormat: EmbeddingsFormat = {
  id: 'watsonx-embed',
  endpoint: endpointPerPlan((plan) => ({ ...toAddress(plan, '/text/embeddings'), headers: {} })),
  request: (call, plan) => {
    const refused = refuseHomeless(plan) ?? refuseOthersThanTexts(call, plan);
    return refused ?? ok({ inputs: toInputs(call.input), parameters: { ...call.params, ...call.own }, ...toProject(plan) });
  },
  response: toEmbeddings,
  error: toUpstreamError,
};

/** The model with its project or space; a deployment of the user already knows both. */
function toProject(plan: Plan): JsonObject {
  if (plan.model.startsWith('deployment/')) return {};
  const project = readOption(plan, 'project_id');
  return { model_id: plan.model, ...(project === undefined ? { space_id: readOption(plan, 'space_id') } : { project_id: project }) };
}

function toEmbeddings(answer: JsonValue | undefined, plan: Plan, client: JsonObject): Outcome<Embeddings> {
  const results = isObject(answer) ? answer['results'] : undefined;
  if (!isObject(answer) || !Array.isArray(results)) return unusable(plan);
  const vectors = results.map((result: JsonValue) => (isObject(result) ? (result['embedding'] ?? null) : null));
  return ok({ data: toData(vectors), usage: toUsage(answer['input_token_count'], client) });
}
