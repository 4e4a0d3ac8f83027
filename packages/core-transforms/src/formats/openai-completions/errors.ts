import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import type { ErrorRules } from '../../providers/provider-row.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { toVertexError } from '../vertex-anthropic/errors.ts';

/** Statuses whose errors have a type of their own on this route; what others have is what the provider itself said. */
const OWN_TYPES: Readonly<Record<number, string>> = { 429: 'throttling_error', 500: 'internal_server_error' };

/**
 * A refusal (status ≥ 400) of a provider that answers prompts by its chat. The reference classes those by OpenAI's rules,
 * whichever the provider: a sentence of its own has only who speaks OpenAI's chat.
 *
 * What was to be streamed by a provider that the reference asks only once the stream is read has no type.
 *
 * source: LiteLLM 1.106.2, main.py `atext_completion` and exception_mapping_utils.py `_map_openai_exception`, read 2026-11-27.
 */
export function toChatBackedError(answer: ProviderAnswer, plan: Plan): TransformError {
  const { format, errors } = plan.provider;
  if (plan.stream && format === 'gemini-generate') return untyped(toVertexError(answer, plan));
  return classed(answer, plan, format === 'openai-chat' ? (errors?.shows ?? 'sentence') : 'whole-body');
}

/** A refusal of a provider's own completions API: its whole body is shown, but for what was to be streamed by who speaks OpenAI's. */
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
