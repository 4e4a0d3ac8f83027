import { findProvider } from '../providers/registry.ts';
import type { TransformError } from './transform-error.ts';

/** An error as a client sees it, before its route's dialect gives it an envelope. */
export interface ClientError {
  /** HTTP status. */
  readonly status: number;
  /**
   * `error.type` in the OpenAI envelope; each dialect maps it to its own words. Null where the reference gives none: for an
   * error that a provider sent within a stream.
   */
  readonly type: string | null;
  readonly message: string;
  readonly param: string | null;
  /** A string, as the reference sends it; usually the status. */
  readonly code: string;
}

/**
 * The one table from failure to what the client sees. A new kind does not compile until it has a row.
 *
 * in:     the error, and the model group for the reference's closing sentence.
 * out:    status, type, param and code as the reference has them; the message in its form, with the provider's words in it.
 * source: LiteLLM 1.106.2, litellm_core_utils/exception_mapping_utils.py and proxy/common_utils/openai_error_payload.py,
 *         read 2026-11-23.
 */
export function toClientError(error: TransformError, modelGroup: string): ClientError {
  const closing = `\n\nLiteLLM: model group '${modelGroup}' failed with the error above. No fallback was attempted.`;
  switch (error.kind) {
    case 'bad-request':
      return clientError(400, error.message, error.path === '' ? null : error.path);
    case 'declined':
      return clientError(400, `litellm.BadRequestError: ${error.path === '' ? '' : `${error.path}: `}${error.reason}${closing}`);
    case 'unsupported-params':
      return clientError(400, `litellm.UnsupportedParamsError: ${error.message ?? unsupportedMessage(error)}${closing}`, null, error.type);
    case 'upstream-refused':
      return refusedError(error, closing);
    case 'bad-upstream':
      return clientError(502, `litellm.APIConnectionError: ${errorName(error.provider)} - ${error.message}${closing}`);
    case 'stream-cut':
      return clientError(
        502,
        `litellm.APIConnectionError: ${errorName(error.provider)} - the stream ended while ${error.phase}, before the answer was complete`,
      );
  }
}

function clientError(status: number, message: string, param: string | null = null, type: string | null = typeOf(status)): ClientError {
  return { status, type, message, param, code: String(status) };
}

function refusedError(error: Extract<TransformError, { kind: 'upstream-refused' }>, closing: string): ClientError {
  const { shown = {}, reason } = error;
  const status = shown.status ?? error.status;
  const named = shown.className ?? CLASS_BY_REASON[reason] ?? className(status);
  const message = `litellm.${named}: ${errorName(error.provider)} - ${error.message}${closing}`;
  return clientError(status, message, error.param ?? null, shown.type === undefined ? typeOf(status) : shown.type);
}

const CLASS_BY_REASON: Readonly<Record<string, string>> = {
  'context-window': 'ContextWindowExceededError',
  'content-policy': 'ContentPolicyViolationError',
};

const CLASSES: Readonly<Record<number, string>> = {
  401: 'AuthenticationError',
  402: 'PaymentRequiredError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  408: 'Timeout',
  429: 'RateLimitError',
  500: 'InternalServerError',
  502: 'BadGatewayError',
  503: 'ServiceUnavailableError',
  504: 'Timeout',
};

function className(status: number): string {
  return CLASSES[status] ?? (status < 500 ? 'BadRequestError' : 'APIError');
}

const TYPES: Readonly<Record<number, string>> = { 401: 'authentication_error', 403: 'permission_error', 429: 'throttling_error' };

function typeOf(status: number): string {
  return TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'internal_server_error');
}

/** The reference prints Python lists. */
function unsupportedMessage({ provider, model, params }: Extract<TransformError, { kind: 'unsupported-params' }>): string {
  const list = `[${params.map((name) => `'${name}'`).join(', ')}]`;
  return (
    `${provider} does not support parameters: ${list}, for model=${model}. To drop these, set \`litellm.drop_params=True\` or for ` +
    `proxy:\n\n\`litellm_settings:\n drop_params: true\`\n. \n If you want to use these params dynamically send ` +
    `allowed_openai_params=${list} in your request.`
  );
}

function errorName(provider: string): string {
  return findProvider(provider)?.errorName ?? `${provider.charAt(0).toUpperCase()}${provider.slice(1)}Exception`;
}
