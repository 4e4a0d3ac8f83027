import { toRawObject, type DialectId, type JsonObject, type RawObject } from '@stagegate/core-transforms';

const MODELS_MAX = 20;

/** Marks an answer that was the first of several. */
export const FASTEST_HEADER = 'x-litellm-fastest_response_batch_completion';

/**
 * The models of a chat call that names several, as in `a, b`; undefined for any other call.
 *
 * out:    up to 20 names; the rest is ignored.
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

/** Whether only the first good answer is wanted, not all of them. */
export function wantsFastest({ fastest_response: fastest }: JsonObject): boolean {
  return fastest === true;
}

/** The body that one of several models is sent. */
export function bodyForModel(body: JsonObject, model: string, stream: boolean): RawObject {
  const { stream: _, fastest_response: __, ...members } = body;
  return toRawObject({ ...members, model, ...(stream && { stream: true }) });
}
