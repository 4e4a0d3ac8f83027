import type { Caller, EndUserGrants, GatewayConfig } from '../ports/index.ts';
import { mayUseModel } from './admit.ts';
import { throttlePart } from './budget-throttle.ts';
import { hasSpentAll } from './budgets.ts';
import { customerMayCall } from './model-access.ts';
import type { ModelNames } from './model-names.ts';

/** What of the configuration decides it. */
type FallbackRules = Pick<GatewayConfig, 'budgetThrottlePart' | 'fallbackAccess' | 'fallbackBudgetOff' | 'userPaysForTeams'>;

/**
 * Whether a call may go on to another group, by its name; undefined where a call may go wherever the configuration sends it. It may
 * not where its caller could not have asked for that group himself, if that is wanted, or his own settings lead there; nor, from a model that costs nothing, to one
 * that he has no money for.
 *
 * in:     `paid`: money is set aside for the call, so that he has some, whatever is left beside it.
 *
 * source: LiteLLM 1.106.2, proxy/auth/fallback_model_access.py, fallback_budget.py: of budgets the key's and its user's.
 */
export function mayFallBack(
  config: FallbackRules,
  names: ModelNames,
  caller: Caller | undefined,
  endUser: EndUserGrants | undefined,
  paid: boolean,
): ((group: string) => boolean) | undefined {
  if (caller === undefined) return undefined;
  // Whoever writes a key's settings need not be who may let it call more.
  const listed = config.fallbackAccess === true || caller.routing?.namesFallbacks === true;
  const spent = !paid && config.fallbackBudgetOff !== true && hasSpentAll(caller, config, throttlePart(caller, config) !== undefined);
  if (!listed && !spent) return undefined;
  return (group) =>
    (!spent || names.isFree(group, caller)) &&
    (!listed || (mayUseModel(caller, group, names) && (endUser === undefined || customerMayCall(endUser, caller.grants, group, names))));
}
