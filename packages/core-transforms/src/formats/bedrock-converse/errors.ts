import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import type { ShownError, TransformError } from '../../errors/transform-error.ts';
import { typesRateLimit } from '../../errors/types-rate-limit.ts';

/** Phrases by which the provider says that the prompt is too long. */
const CONTEXT_WINDOW: readonly string[] = [
  'too many tokens',
  'expected maxLength:',
  'Input is too long',
  'prompt is too long',
  'prompt: length: 1..',
  'Too many input tokens',
];

/** What the client sees, by phrases in the body, which take precedence over the status. */
const BY_WORDS: readonly (readonly [words: RegExp, shown: ShownError])[] = [
  [
    /Conversation blocks and tool result blocks cannot be provided in the same turn\.|Malformed input request|A conversation must start with a user message\./u,
    { status: 400, className: 'BadRequestError' },
  ],
  // AWS says 403 here, and the reference keeps that status.
  [/The security token included in the request is invalid/u, { className: 'AuthenticationError' }],
  [/AccessDeniedException/u, { status: 403, className: 'PermissionDeniedError' }],
  [/throttlingException|ThrottlingException/u, { status: 429, className: 'RateLimitError' }],
  [/Connect timeout on endpoint URL|timed out/u, { status: 408, className: 'Timeout' }],
];

const BY_STATUS: Readonly<Record<number, ShownError>> = {
  500: { status: 503, className: 'ServiceUnavailableError' },
};

/** Statuses of the exceptions that a stream may carry. Source: AWS's model of bedrock-runtime, read 2026-11-23. */
const EXCEPTION_STATUSES: Readonly<Record<string, number>> = {
  internalServerException: 500,
  modelStreamErrorException: 424,
  modelTimeoutException: 408,
  serviceUnavailableException: 503,
  throttlingException: 429,
  validationException: 400,
};

/** The provider's answer with a status ≥ 400 → an error whose message is the whole body. */
export function toError(answer: ProviderAnswer, plan: Plan): TransformError {
  return refuse(answer.status, answer.body, plan, undefined);
}

/**
 * An exception inside a stream → an error.
 *
 * in:  the exception's type, its body as text, and whether content had been sent before it: the reference gives most of those no error
 *      type.
 */
export function toStreamError(type: string, body: string, plan: Plan, endsSpeech: boolean): TransformError {
  const status = EXCEPTION_STATUSES[type] ?? 400;
  return refuse(status, `${type} ${body}`, plan, endsSpeech && !typesRateLimit(status, plan) ? { type: null } : undefined);
}

/** source: LiteLLM 1.106.2, exception_mapping_utils.py `_map_bedrock_exception`, read 2026-11-23. */
function refuse(status: number, message: string, { provider }: Plan, more: ShownError | undefined): TransformError {
  const isTooLong = CONTEXT_WINDOW.some((words) => message.includes(words));
  const known = isTooLong ? { status: 400 } : (BY_WORDS.find(([words]) => words.test(message))?.[1] ?? BY_STATUS[status]);
  const shown = known === undefined && more === undefined ? undefined : { ...known, ...more };
  const reason = isTooLong ? 'context-window' : 'other';
  return { kind: 'upstream-refused', provider: provider.id, status, message, reason, ...(shown !== undefined && { shown }) };
}
