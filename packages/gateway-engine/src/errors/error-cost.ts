import type { DialectId } from '@stagegate/core-transforms';
import type { EngineError } from './engine-error.ts';

/** Errors from before a call's cost is known: refusals at the door, and bugs. */
const BEFORE_ANY_COST: ReadonlySet<EngineError['kind']> = new Set<EngineError['kind']>([
  'no-key',
  'malformed-key',
  'wrong-key',
  'caller-refused',
  'expired-key',
  'token-denied',
  'token-expired',
  'identity-provider-down',
  'limits-not-built',
  'route-denied',
  'model-denied',
  'budget-exceeded',
  'budget-unconfirmed',
  'database-down',
  'banned-member',
  'body-too-large',
  'body-cut',
  'bad-body',
  'closing',
  'internal',
]);

/** Routes whose errors say nothing of cost in the reference. */
const SILENT: ReadonlySet<DialectId> = new Set<DialectId>(['openai-completions', 'anthropic-count-tokens']);

/**
 * The cost that an error shows in `x-litellm-response-cost`; undefined where it shows none.
 *
 * source: LiteLLM 1.106.2, as recorded in the vectors; proxy/common_request_processing.py `_handle_llm_api_exception`, read 2026-11-29.
 */
export function errorCost({ kind }: EngineError, dialect: DialectId): string | undefined {
  if (BEFORE_ANY_COST.has(kind) || SILENT.has(dialect)) return undefined;
  return kind === 'missing-member' && dialect === 'anthropic-messages' ? undefined : '0';
}
