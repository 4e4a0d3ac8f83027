import type { JsonObject } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';

/**
 * The failure that a client asks for in place of its first attempt: `mock_testing_fallbacks` and the like.
 *
 * cost:   four look-ups for a call that asks for none.
 * source: LiteLLM 1.106.2, router.py `_handle_mock_testing_fallbacks`, `_handle_mock_testing_rate_limit_error`.
 */
export function mockFailure(body: JsonObject, modelGroup: string): EngineError | undefined {
  const lead = `This is a mock exception for model=${modelGroup}, to trigger a`;
  if (isAsked(body['mock_testing_fallbacks'])) {
    return { kind: 'mocked', status: 500, className: 'InternalServerError', message: `${lead} fallback.`, modelGroup };
  }
  if (isAsked(body['mock_testing_context_fallbacks'])) {
    return { kind: 'mocked', status: 400, className: 'ContextWindowExceededError', message: `${lead} fallback.`, modelGroup };
  }
  if (isAsked(body['mock_testing_content_policy_fallbacks'])) {
    return { kind: 'mocked', status: 400, className: 'ContentPolicyViolationError', message: `${lead} fallback.`, modelGroup };
  }
  if (body['mock_testing_rate_limit_error'] !== true) return undefined;
  return { kind: 'mocked', status: 429, className: 'RateLimitError', message: `${lead} rate limit error.`, modelGroup };
}

/** True, also as Python writes it. */
function isAsked(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
