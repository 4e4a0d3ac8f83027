import type { Caller, GatewayConfig } from '../ports/index.ts';
import { isSpent } from './budgets.ts';

/**
 * Which part of its own limits a key has left that goes on after its budget is spent; undefined for one that is refused then: it has not
 * `throttle_on_budget_exceeded` in its metadata, nothing that could be made less, or the configuration says of no part.
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

/** The same of a key that has spent its budget; undefined: its limits are whole. */
export function throttledTo(caller: Caller, rules: Pick<GatewayConfig, 'budgetThrottlePart'>): number | undefined {
  const { grants } = caller;
  return grants !== undefined && isSpent(grants.budget) ? throttlePart(caller, rules) : undefined;
}
