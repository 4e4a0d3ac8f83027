import type { Caller, EndUserGrants, GatewayConfig } from '../ports/index.ts';
import { mayUseModel } from './admit.ts';
import { throttlePart } from './budget-throttle.ts';
import { hasSpentAll } from './budgets.ts';
import { customerMayCall } from './model-access.ts';
import type { ModelNames } from './model-names.ts';

/** The settings that `mayFallBack` reads. */
type FallbackRules = Pick<GatewayConfig, 'budgetThrottlePart' | 'fallbackAccess' | 'fallbackBudgetOff' | 'userPaysForTeams'>;

/**
 * Whether a call may fall back to a group; undefined where it may fall back to any. It may not to a group that its caller could not have
 * asked for, where the configuration wants that checked or the fallback comes from the caller's own settings; nor from a free model to one
 * that he has no money for.
 *
 * in:     `paid`: money was reserved for the call, so there is enough.
 * source: LiteLLM 1.106.2, proxy/auth/fallback_model_access.py, fallback_budget.py. Of the budgets, those of the key and its user are
 *         checked.
 */
export function mayFallBack(
  config: FallbackRules,
  names: ModelNames,
  caller: Caller | undefined,
  endUser: EndUserGrants | undefined,
  paid: boolean,
): ((group: string) => boolean) | undefined {
  if (caller === undefined) return undefined;
  // A person who may edit a key's settings may not always give it more models.
  const listed = config.fallbackAccess === true || caller.routing?.namesFallbacks === true;
  const spent = !paid && config.fallbackBudgetOff !== true && hasSpentAll(caller, config, throttlePart(caller, config) !== undefined);
  if (!listed && !spent) return undefined;
  return (group) =>
    (!spent || names.isFree(group, caller)) &&
    (!listed || (mayUseModel(caller, group, names) && (endUser === undefined || customerMayCall(endUser, caller.grants, group, names))));
}
