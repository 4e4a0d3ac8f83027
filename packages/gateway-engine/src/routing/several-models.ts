import { toRawObject, type DialectId, type JsonObject, type RawObject } from '@stagegate/core-transforms';

const MODELS_MAX = 20;

/** Says of an answer that it was the first of several. */
export const FASTEST_HEADER = 'x-litellm-fastest_response_batch_completion';

/**
 * The models of a chat call that names several, `a, b`; undefined for any other.
 *
 * out:    up to 20 names; what follows them is nobody's.
 * source: LiteLLM 1.106.2, route_llm_request.py.
 */
export function severalModels(dialect: DialectId, model: string | undefined): readonly string[] | undefined {
  if (model?.includes(',') !== true || dialect !== 'openai-chat') return undefined;
  const names = model
    .split(',', MODELS_MAX)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 0 ? undefined : names;
}

/** Whether the first good answer of several is wanted, not all of them. */
export function wantsFastest({ fastest_response: fastest }: JsonObject): boolean {
  return fastest === true;
}

/** The body of a call for several models as one of them is asked. */
export function bodyForModel(body: JsonObject, model: string, stream: boolean): RawObject {
  const { stream: _, fastest_response: __, ...members } = body;
  return toRawObject({ ...members, model, ...(stream && { stream: true }) });
}
