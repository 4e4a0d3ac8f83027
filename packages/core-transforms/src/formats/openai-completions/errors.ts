import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import type { ErrorRules } from '../../providers/provider-row.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { toVertexError } from '../vertex-anthropic/errors.ts';

/** Statuses whose errors have a type of their own on this route; the others keep the provider's. */
const OWN_TYPES: Readonly<Record<number, string>> = { 429: 'throttling_error', 500: 'internal_server_error' };

/**
 * A refusal (status ≥ 400) by a provider that answers prompts through its chat API. The reference applies OpenAI's rules to all of them, so
 * that only providers with OpenAI's chat keep their own sentence.
 *
 * A streamed call has no error type if it is to a provider that the reference calls only when the stream is read.
 *
 * source: LiteLLM 1.106.2, main.py `atext_completion` and exception_mapping_utils.py `_map_openai_exception`, read 2026-11-27.
 */
export function toChatBackedError(answer: ProviderAnswer, plan: Plan): TransformError {
  const { format, errors } = plan.provider;
  if (plan.stream && format === 'gemini-generate') return untyped(toVertexError(answer, plan));
  return classed(answer, plan, format === 'openai-chat' ? (errors?.shows ?? 'sentence') : 'whole-body');
}

/**
 * A refusal by a provider's own completions API. The message is the whole body, except for a streamed call to a provider with OpenAI's API.
 */
export function toNativeError(answer: ProviderAnswer, plan: Plan): TransformError {
  const answersMessages = plan.provider.completions?.answersMessages === true;
  const error = classed(answer, plan, plan.stream && !answersMessages ? 'sentence' : 'whole-body');
  return plan.stream && answersMessages ? untyped(error) : error;
}

function untyped(error: TransformError): TransformError {
  return error.kind === 'upstream-refused' ? { ...error, shown: { ...error.shown, type: null } } : error;
}

function classed(answer: ProviderAnswer, plan: Plan, shows: ErrorRules['shows']): TransformError {
  const error = toUpstreamError(answer, { ...plan, provider: { ...plan.provider, errors: { shows } } });
  if (error.kind !== 'upstream-refused') return error;
  const { shown = {}, status } = error;
  const own = shown.className === 'BadRequestError' ? undefined : OWN_TYPES[shown.status ?? status];
  return { ...error, shown: { ...shown, type: shown.type ?? own ?? null } };
}
