import type { EngineError } from '../errors/index.ts';
import type { Budget, Caller, EndUserGrants, Grants, SpendFull, WindowGrants } from '../ports/index.ts';
import { pythonNumber } from '../text/index.ts';
import { asksFree, type Ask } from './admit.ts';
import { throttlePart } from './budget-throttle.ts';
import { paysHimself } from './budgets.ts';
import type { ModelNames } from './model-names.ts';

/** A budget with a limit that a call is charged to. */
export interface LimitedBudget {
  readonly budget: Budget;
  /** Whose budget it is, by the reference's name. */
  readonly scope: string;
  readonly id: string;
}

/**
 * The budgets with a limit that a call is charged to: what it may cost is reserved in them while it runs. Undefined where there is none, or
 * the call is free. A budget of 0 is no limit here.
 *
 * cost:   for a caller without limits a few members are read.
 * source: LiteLLM 1.106.2, spend_tracking/budget_reservation.py `_get_budget_counters`, with its order.
 */
export function limitedBudgets(
  caller: Caller,
  { model, tags, accessGroups, rules = {} }: Pick<Ask, 'model' | 'tags' | 'accessGroups' | 'rules'>,
  names: ModelNames,
  endUser: EndUserGrants | undefined,
): readonly LimitedBudget[] | undefined {
  if (rules.reservationOff === true) return undefined;
  if (!hasLimit(caller.grants) && endUser?.budget.max === undefined && (tags ?? accessGroups) === undefined) return undefined;
  const found: LimitedBudget[] = [];
  const add = (scope: string, id: string | undefined, budget: Budget | undefined): void => {
    if (budget?.max !== undefined && budget.max > 0) found.push({ budget, scope, id: id ?? '' });
  };
  const { grants, keyHash } = caller;
  if (grants !== undefined) {
    // A key that goes on at lower limits once its budget is spent needs nothing reserved in it.
    if (throttlePart(caller, rules) === undefined) add('Key', keyHash, grants.budget);
    addWindows(add, 'Key', keyHash, grants.windows);
    add('Team', grants.team?.id, grants.team?.budget);
    addWindows(add, 'Team', grants.team?.id, grants.team?.windows);
    if (paysHimself(grants, rules)) add('User', grants.user?.id, grants.user?.budget);
  }
  add('EndUser', endUser?.id, endUser?.budget);
  for (const { name, budget } of tags ?? []) add('Tag', name, budget);
  for (const { name, budget } of accessGroups ?? []) add('Model access group', name, budget);
  if (grants !== undefined) addGroups(add, caller, grants);
  return found.length === 0 || asksFree(caller, model, names) ? undefined : found;
}

/** The refusal of a call for which there was not enough money to reserve. */
export function refuseFull({ at, usd, asked }: SpendFull, budgets: readonly LimitedBudget[]): EngineError {
  const { scope, id, budget } = budgets[at] ?? { scope: '', id: '', budget: { max: undefined } };
  const estimate = asked === undefined ? '' : `Estimated request cost: ${pythonNumber(asked)}, `;
  const max = pythonNumber(budget.max ?? 0);
  const message = `Budget has been exceeded! ${scope}=${id} Current cost: ${pythonNumber(usd)}, ${estimate}Max budget: ${max}`;
  return { kind: 'budget-exceeded', message };
}

/** Asked before anything is allocated: most callers have no limits. */
function hasLimit(grants: Grants | undefined): boolean {
  if (grants === undefined) return false;
  const { budget, windows, team, user, organization, project } = grants;
  const most =
    budget.max ?? team?.budget.max ?? team?.member?.budget.max ?? user?.budget.max ?? organization?.budget.max ?? project?.budget.max;
  return most !== undefined || windows !== undefined || team?.windows !== undefined;
}

type Add = (scope: string, id: string | undefined, budget: Budget | undefined) => void;

function addWindows(add: Add, scope: string, id: string | undefined, windows: readonly WindowGrants[] | undefined): void {
  for (const { window, budget } of windows ?? []) add(scope, `${id}:${window.duration}`, budget);
}

function addGroups(add: Add, { userId }: Caller, { team, organization, project }: Grants): void {
  // The budget that members share is a budget of that size for each of them.
  add('TeamMember', `${userId}:${team?.id}`, team?.member?.budget);
  add('Organization', organization?.id, organization?.budget);
  add('Project', project?.id, project?.budget);
}
