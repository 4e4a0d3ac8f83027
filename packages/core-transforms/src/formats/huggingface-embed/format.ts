import type { Embeddings, EmbeddingsCall, EmbeddingsFormat } from '../../contract/embeddings-format.ts';
import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { refuseOthersThanTexts, toData, toInputs, toUsage, unusable } from '../openai-embeddings/answers.ts';

/** The tasks of a model's server. */
const TASKS: ReadonlySet<JsonValue | undefined> = new Set(['sentence-similarity', 'feature-extraction', 'rerank', 'embed', 'similarity']);
const OPTIONS: ReadonlySet<string> = new Set(['use_cache', 'wait_for_model']);
const PARAMETERS: ReadonlySet<string> = new Set([
  'min_length',
  'max_length',
  'top_k',
  'top_p',
  'temperature',
  'repetition_penalty',
  'max_time',
]);

/**
 * Hugging Face's servers of one model each, including those behind its router.
 *
 * source: https://huggingface.co/docs/text-embeddings-inference and LiteLLM 1.106.2, llms/huggingface/embedding/, read 2026-11-29.
 */
export const huggingfaceEmbedFormat: EmbeddingsFormat = {
  id: 'huggingface-embed',
  endpoint: (plan, { own: { input_type: task } }) => ({ url: toUrl(plan, String(task)), headers: {}, auth: plan.provider.auth }),
  request: toBody,
  response: toEmbeddings,
  error: toUpstreamError,
};

/** A deployment's `api_base` is the server's whole URL. */
function toUrl({ apiBase, model, provider }: Plan, task: string): string {
  return apiBase ?? `${provider.baseUrl ?? ''}/${task}/${model}`;
}

/** The body for the client's task. If a client names none, the reference asks the Hugging Face hub for it. */
function toBody(call: EmbeddingsCall, plan: Plan): Outcome<JsonObject> {
  const { input_type: task, ...own } = call.own;
  if (!TASKS.has(task)) {
    const reason = `${plan.provider.id} is asked with one of ${[...TASKS].join(', ')}, and a model's own is not looked up here`;
    return fail({ kind: 'declined', path: 'input_type', reason });
  }
  const refused = refuseOthersThanTexts(call, plan);
  if (refused !== undefined) return refused;
  const inputs = toTaskInputs(call.input, task, plan);
  return inputs.ok ? ok({ ...inputs.value, ...sortOwn(own) }) : inputs;
}

function toTaskInputs(input: JsonValue, task: JsonValue | undefined, plan: Plan): Outcome<JsonObject> {
  const [first = null, ...others] = toInputs(input);
  const compares = plan.model.includes('sentence-transformers') || task === 'sentence-similarity' || task === 'similarity';
  if (!compares && task !== 'rerank') return ok({ inputs: input });
  if (others.length === 0) return fail({ kind: 'bad-request', path: '', message: 'input: two texts at least are compared' });
  return ok({ inputs: compares ? { source_sentence: first, sentences: others } : { query: first, texts: others } });
}

function sortOwn(own: JsonObject): JsonObject {
  const these = (isOne: (name: string) => boolean): JsonObject => Object.fromEntries(Object.entries(own).filter(([name]) => isOne(name)));
  const options = these((name) => OPTIONS.has(name));
  const parameters = these((name) => PARAMETERS.has(name));
  return {
    ...these((name) => !OPTIONS.has(name) && !PARAMETERS.has(name)),
    ...(Object.keys(options).length > 0 && { options }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
  };
}

function toEmbeddings(answer: JsonValue | undefined, plan: Plan, client: JsonObject): Outcome<Embeddings> {
  const given = isObject(answer) ? answer['similarities'] : answer;
  const error = isObject(answer) ? answer['error'] : undefined;
  if (typeof error === 'string')
    return fail({ kind: 'upstream-refused', provider: plan.provider.id, status: 500, message: error, reason: 'other' });
  if (!Array.isArray(given)) return unusable(plan);
  const vectors: JsonArray = given;
  return ok({ data: toData(vectors.map(toVector)), usage: toUsage(undefined, client) });
}

/** A vector, or a similarity; of a list of vectors (one per token) the first. */
function toVector(value: JsonValue): JsonValue {
  const [first] = Array.isArray(value) ? value : [];
  return Array.isArray(first) ? toVector(first) : value;
}
