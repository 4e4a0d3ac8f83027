import type { Caller, GatewayConfig } from '../ports/index.ts';
import { isSpent } from './budgets.ts';

/**
 * The part of its limits that a key keeps once its budget is spent. Undefined for a key that is refused then: its metadata have no
 * `throttle_on_budget_exceeded`, it has no limits that could be lowered, or the configuration names no part.
 *
 * source: LiteLLM 1.106.2, proxy/auth/budget_throttle.py.
 */
export function throttlePart(
  { grants, metadata }: Caller,
  { budgetThrottlePart }: Pick<GatewayConfig, 'budgetThrottlePart'>,
): number | undefined {
  if (budgetThrottlePart === undefined || metadata['throttle_on_budget_exceeded'] !== true) return undefined;
  const own = grants?.rates?.own.find(({ scope }) => scope === 'api_key');
  return (own?.requests ?? own?.tokens) === undefined ? undefined : budgetThrottlePart;
}

/** The same for a key that has spent its budget; undefined while its limits hold in full. */
export function throttledTo(caller: Caller, rules: Pick<GatewayConfig, 'budgetThrottlePart'>): number | undefined {
  const { grants } = caller;
  return grants !== undefined && isSpent(grants.budget) ? throttlePart(caller, rules) : undefined;
}
