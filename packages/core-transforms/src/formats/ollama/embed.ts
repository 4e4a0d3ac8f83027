import type { Embeddings, EmbeddingsFormat } from '../../contract/embeddings-format.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { endpointPerPlan } from '../../call/provider-request.ts';
import { isObject } from '../../json/is-object.ts';
import { providerModel, toAddress } from '../../providers/address.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { refuseOthersThanTexts, toData, toInputs, toUsage, unusable } from '../openai-embeddings/answers.ts';

/** Members of the body; all others are options of the model. */
const MEMBERS: ReadonlySet<string> = new Set(['truncate', 'options', 'keep_alive', 'dimensions']);

/**
 * Ollama's embed API.
 *
 * source: https://docs.ollama.com/api/embed and LiteLLM 1.106.2, llms/ollama/completion/handler.py, read 2026-11-29.
 */
export const ollamaEmbedFormat: EmbeddingsFormat = {
  id: 'ollama-embed',
  endpoint: endpointPerPlan((plan) => ({ ...toAddress(plan, '/api/embed'), headers: {} })),
  request: (call, plan) => {
    const refused = refuseOthersThanTexts(call, plan);
    return refused ?? ok({ model: providerModel(plan), input: toInputs(call.input), ...call.params, ...toMembers(call.own) });
  },
  response: toEmbeddings,
  error: toUpstreamError,
};

function toMembers(own: JsonObject): JsonObject {
  const members = Object.entries(own).filter(([name]) => MEMBERS.has(name));
  const others = Object.entries(own).filter(([name]) => !MEMBERS.has(name));
  if (others.length === 0) return Object.fromEntries(members);
  const options = isObject(own['options']) ? own['options'] : {};
  return { ...Object.fromEntries(members), options: { ...options, ...Object.fromEntries(others) } };
}

function toEmbeddings(answer: JsonValue | undefined, plan: Plan, client: JsonObject): Outcome<Embeddings> {
  const vectors = isObject(answer) ? answer['embeddings'] : undefined;
  if (!isObject(answer) || !Array.isArray(vectors)) return unusable(plan);
  return ok({ data: toData(vectors), usage: toUsage(answer['prompt_eval_count'], client) });
}
