import { expect, test } from 'vitest';
import { normalizeError } from './normalize-error.ts';

/** What LiteLLM 1.106.2's `normalize_error` says of each: type, message, class, status. */
const NAMED: readonly (readonly [type: string | null, message: string, className: string, code: string, name: string])[] = [
  [null, 'no', 'RateLimitError', '418', '429_RATE_LIMIT_EXCEEDED'],
  [null, 'no', 'Timeout', '418', '408_UPSTREAM_TIMEOUT'],
  [null, 'no', 'APIConnectionError', '418', '500_PROVIDER_CONNECTION_ERROR'],
  [null, 'no', 'BadRequestError', '418', '400_INVALID_REQUEST'],
  [null, 'no', 'ContentPolicyViolationError', '418', '400_CONTENT_POLICY_VIOLATION'],
  [null, 'no', 'ContextWindowExceededError', '418', '400_CONTEXT_WINDOW_EXCEEDED'],
  [null, 'no', 'InternalServerError', '418', '500_PROVIDER_INTERNAL_ERROR'],
  [null, 'no', 'ServiceUnavailableError', '418', '503_PROVIDER_OVERLOADED'],
  [null, 'no', 'NotFoundError', '418', '404_RESOURCE_NOT_FOUND'],
  [null, 'no', 'AuthenticationError', '418', '401_AUTHENTICATION_FAILED'],
  [null, 'no', 'PermissionDeniedError', '418', '403_PERMISSION_DENIED'],
  [null, 'no', 'BadGatewayError', '418', '500_PROVIDER_INTERNAL_ERROR'],
  [null, 'Quota exceeded: your budget', 'BadRequestError', '400', '429_BUDGET_EXCEEDED'],
  [null, 'Max budget reached', 'BadRequestError', '400', '429_BUDGET_EXCEEDED'],
  [null, 'No deployments available for selected model', 'BadRequestError', '400', '429_NO_HEALTHY_DEPLOYMENTS'],
  [null, 'Prompt is too long: 9 tokens > 5 maximum', 'BadRequestError', '400', '400_CONTEXT_WINDOW_EXCEEDED'],
  [null, 'Context window full', 'BadRequestError', '400', '400_CONTEXT_WINDOW_EXCEEDED'],
  [null, 'Field required', 'BadRequestError', '400', '400_MISSING_REQUIRED_PARAMETER'],
  [null, 'Overloaded', 'BadRequestError', '400', '503_PROVIDER_OVERLOADED'],
  [null, 'Connection error.', 'BadRequestError', '400', '500_PROVIDER_CONNECTION_ERROR'],
  [null, 'Request timed out', 'BadRequestError', '400', '408_UPSTREAM_TIMEOUT'],
  [null, 'Not implemented', 'BadRequestError', '400', '500_UNSUPPORTED_OPERATION'],
  [null, 'not allowed to access model due to tags configuration', 'BadRequestError', '400', '403_MODEL_ACCESS_DENIED'],
  ['budget_exceeded', 'no', 'ProxyException', '422', '429_BUDGET_EXCEEDED'],
  ['auth_error', 'no', 'ProxyException', '422', '401_AUTHENTICATION_FAILED'],
  ['expired_key', 'no', 'ProxyException', '422', '401_AUTHENTICATION_FAILED'],
  ['token_not_found_in_db', 'no', 'ProxyException', '422', '401_AUTHENTICATION_FAILED'],
  ['auth_provider_unavailable', 'no', 'ProxyException', '422', '401_AUTHENTICATION_FAILED'],
  ['not_found_error', 'no', 'ProxyException', '422', '404_RESOURCE_NOT_FOUND'],
  ['key_model_access_denied', 'no', 'ProxyException', '422', '403_MODEL_ACCESS_DENIED'],
  ['customer_model_access_denied', 'no', 'ProxyException', '422', '403_MODEL_ACCESS_DENIED'],
  ['throttling_error', 'no', 'ProxyException', '422', '400_INVALID_PARAMETER_VALUE'],
  [null, 'no', 'ProxyException', '400', '400_INVALID_REQUEST'],
  [null, 'no', 'ProxyException', '401', '401_AUTHENTICATION_FAILED'],
  [null, 'no', 'ProxyException', '403', '403_PERMISSION_DENIED'],
  [null, 'no', 'ProxyException', '404', '404_RESOURCE_NOT_FOUND'],
  [null, 'no', 'ProxyException', '408', '408_UPSTREAM_TIMEOUT'],
  [null, 'no', 'ProxyException', '413', 'UNCLASSIFIED'],
  [null, 'no', 'ProxyException', '422', '400_INVALID_PARAMETER_VALUE'],
  [null, 'no', 'ProxyException', '429', '429_RATE_LIMIT_EXCEEDED'],
  [null, 'no', 'ProxyException', '500', '500_PROVIDER_INTERNAL_ERROR'],
  [null, 'no', 'ProxyException', '502', '500_PROVIDER_INTERNAL_ERROR'],
  [null, 'no', 'ProxyException', '503', '503_PROVIDER_OVERLOADED'],
  [null, 'no', 'ProxyException', '504', '408_UPSTREAM_TIMEOUT'],
];

test.each(NAMED)('%s, “%s”, %s, %s: %s', (type, message, className, code, name) => {
  expect(normalizeError({ type, message, className, code })).toBe(name);
});
