import type { JsonObject } from '../../contract/json.ts';
import { fail, type Failure } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { saysContextWindow } from '../../errors/says-context-window.ts';
import type { ShownError, TransformError } from '../../errors/transform-error.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { readErrorMessage } from './parse.ts';
import { parseJson } from '../../json/parse-json.ts';

type Refused = Extract<TransformError, { kind: 'upstream-refused' }>;

/**
 * The provider's answer with a status ≥ 400 → an error with the provider's own sentence, or its whole body if there is none. Copies of the
 * API belong to OpenAI-compatible providers, and their errors are read as those of OpenAI's format.
 */
export function toError(answer: ProviderAnswer, plan: Plan): TransformError {
  if (plan.provider.messages !== undefined) return toUpstreamError(answer, plan);
  return toRefusal(answer.status, answer.body, readErrorMessage(parseJson(answer.body)) ?? answer.body, plan);
}

/** An error event inside a stream → an error; it carries no status, so it counts as 500. */
export function toStreamError(event: JsonObject, plan: Plan, begun: boolean): TransformError {
  const text = JSON.stringify(event);
  const error = toRefusal(500, text, readErrorMessage(event) ?? text, plan);
  const shown = plan.provider.errors?.amidStream;
  return !begun || shown === undefined || error.reason !== 'other' ? error : { ...error, shown };
}

/** A request that cannot be converted. The reference sets no `param` for an error inside one, so the path is part of the message. */
export function badRequest(path: string, message: string): Failure {
  return fail({ kind: 'bad-request', path: '', message: `${path}: ${message}` });
}

/**
 * source: LiteLLM 1.106.2, exception_mapping_utils.py `_map_anthropic_exception`, read 2026-11-23. As there, the wording takes precedence
 * over the status.
 */
function toRefusal(status: number, body: string, message: string, { provider }: Plan): Refused {
  const words = body.toLowerCase();
  const says = (phrases: readonly string[] | undefined): boolean => phrases?.some((phrase) => words.includes(phrase)) === true;
  const reason = saysContextWindow(body, provider.errors?.contextWindow)
    ? 'context-window'
    : says(provider.errors?.contentPolicy)
      ? 'content-policy'
      : 'other';
  const shown = toShown(body, reason) ?? provider.errors?.byStatus?.[status];
  return { kind: 'upstream-refused', provider: provider.id, status, message, reason, ...(shown !== undefined && { shown }) };
}

function toShown(body: string, reason: Refused['reason']): ShownError | undefined {
  if (reason === 'context-window') return { status: 400 };
  if (/overloaded_error|Overloaded/u.test(body)) return { status: 500, className: 'InternalServerError' };
  if (body.includes('Invalid API Key')) return { status: 401, className: 'AuthenticationError' };
  return reason === 'content-policy' ? { status: 400 } : undefined;
}
