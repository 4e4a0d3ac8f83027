import type { EngineError } from '../errors/index.ts';
import type { AccessGroupGrants, Budget, Caller, EndUserGrants, GatewayConfig, Grants, TagGrants, WindowGrants } from '../ports/index.ts';
import { pythonNumber } from '../text/index.ts';

/** The settings that say whose budgets are checked, and what happens where a budget cannot be read. */
export type MoneyRules = Pick<GatewayConfig, 'budgetThrottlePart' | 'budgetsFailClosed' | 'reservationOff' | 'userPaysForTeams'>;

/** Whether a customer still has money. It is charged to him also when the caller has no budget at all. */
export function refuseSpentEndUser(endUser: EndUserGrants | undefined): EngineError | undefined {
  // A customer may spend his budget to the last cent, as in the reference; others are stopped when it is reached.
  if (endUser === undefined || endUser.budget.max === undefined || endUser.budget.spend <= endUser.budget.max) return undefined;
  const { spend, max } = endUser.budget;
  return exceeded(`ExceededBudget: End User=${endUser.id} over budget. Spend=${pythonNumber(spend)}, Budget=${pythonNumber(max)}`);
}

/**
 * Whether a key still has money, as its row says, and what was spent since: undefined, or the refusal.
 *
 * source: LiteLLM 1.106.2, proxy/auth/auth_checks.py; so are the others here.
 */
export function refuseSpentKey({ keyAlias, keyName }: Caller, { budget }: Grants): EngineError | undefined {
  if (!isSpent(budget)) return undefined;
  const label = keyAlias ?? 'key';
  const shown = keyName !== undefined && /^sk-\.\.\..{4}$/u.test(keyName) ? `${label} (${keyName})` : label;
  return exceeded(`Budget has been exceeded! Key=${shown} ${costs(budget)}`);
}

/** The same for a member of a team, checked before the key. A budget of 0 means no limit here, unlike that of a key. */
export function refuseSpentMember({ userId, grants }: Caller): EngineError | undefined {
  const member = grants?.team?.member;
  if (member === undefined || member.sharesBudget === true || !isSpent(member.budget) || member.budget.max <= 0) return undefined;
  return exceeded(`Budget has been exceeded! TeamMember=${userId ?? ''}:${grants?.team?.id ?? ''} ${costs(member.budget)}`);
}

/** The same for a project. */
export function refuseSpentProject({ project }: Grants): EngineError | undefined {
  if (project === undefined || !isSpent(project.budget)) return undefined;
  return exceeded(`Budget has been exceeded! Project=${project.id} ${costs(project.budget)}`);
}

/** The same for a call's tags. They may spend to the last cent. */
export function refuseSpentTags(tags: readonly TagGrants[] | undefined): EngineError | undefined {
  const spent = tags?.find(({ budget }) => isSpent(budget) && budget.spend !== budget.max);
  if (spent === undefined || !isSpent(spent.budget)) return undefined;
  return exceeded(`Budget has been exceeded! Tag=${spent.name} ${costs(spent.budget)}`);
}

/** The same for the model access groups that let a call in. A budget of 0 means no limit. */
function refuseSpentGroups(groups: readonly AccessGroupGrants[] | undefined): EngineError | undefined {
  const spent = groups?.find(({ budget }) => isSpent(budget) && budget.max > 0);
  if (spent === undefined || !isSpent(spent.budget)) return undefined;
  return exceeded(`Budget has been exceeded! Model access group=${spent.name} ${costs(spent.budget)}`);
}

/** Whose budgets a call is charged to, beside those of its key. */
interface CallOwners {
  readonly tags?: readonly TagGrants[] | undefined;
  readonly accessGroups?: readonly AccessGroupGrants[] | undefined;
}

/** The same for everybody else whom the key or the call belongs to, in the reference's order. */
export function refuseSpentOwners(grants: Grants, { tags, accessGroups }: CallOwners, rules: MoneyRules): EngineError | undefined {
  const { team, user, organization, windows } = grants;
  // A team may spend to the last cent.
  if (team !== undefined && isSpent(team.budget) && team.budget.spend !== team.budget.max)
    return exceeded(`Budget has been exceeded! Team=${team.id} ${costs(team.budget)}`);
  const spentWindow = refuseSpentWindows(team?.windows, `Team=${team?.id ?? ''}`) ?? refuseSpentWindows(windows, 'Key');
  if (spentWindow !== undefined) return spentWindow;
  if (organization !== undefined && isSpent(organization.budget))
    return exceeded(`Budget has been exceeded! Organization=${organization.id} ${costs(organization.budget)}`);
  const spentByCall = refuseSpentTags(tags) ?? refuseSpentGroups(accessGroups);
  if (spentByCall !== undefined) return spentByCall;
  if (paysHimself(grants, rules) && user !== undefined && isSpent(user.budget)) {
    const { spend, max } = user.budget;
    return exceeded(`ExceededBudget: User=${user.id} over budget. Spend=${pythonNumber(spend)}, Budget=${pythonNumber(max)}`);
  }
  if (team?.member !== undefined && user !== undefined && isSpent(team.member.budget))
    return exceeded(`Budget has been exceeded! User=${user.id} in Team=${team.id} ${costs(team.member.budget)}`);
  return undefined;
}

const UNCONFIRMED =
  'Budget enforcement unavailable: current spend could not be verified against Redis or the database, and ' +
  'fail_closed_budget_enforcement is enabled, so the request was rejected to avoid exceeding the configured budget. Retry shortly.';

/**
 * Whether budgets can be checked at all while the caller's rows are stale: undefined, or the refusal.
 *
 * source: LiteLLM 1.106.2, proxy/proxy_server.py `get_current_spend`. Customers and tags are judged by their rows as they are.
 */
export function refuseUnconfirmed({ stale, grants }: Caller, rules: MoneyRules): EngineError | undefined {
  if (rules.budgetsFailClosed !== true || stale === undefined || grants === undefined) return undefined;
  const { budget, windows = [], team, user, organization, project } = grants;
  const budgets = [
    budget,
    ...windows.map((window) => window.budget),
    team?.budget,
    ...(team?.windows ?? []).map((window) => window.budget),
    team?.member?.budget,
    paysHimself(grants, rules) ? user?.budget : undefined,
    organization?.budget,
    project?.budget,
  ];
  const unknown = budgets.some((one) => one?.max !== undefined && one.shared !== true);
  return unknown ? { kind: 'budget-unconfirmed', message: UNCONFIRMED } : undefined;
}

/**
 * Whether a user's own budget is charged. A team's key is charged to the team and its member, unless the operator wants the user charged,
 * too.
 */
export function paysHimself({ team }: Grants, { userPaysForTeams }: MoneyRules): boolean {
  return team === undefined || userPaysForTeams === true;
}

/** Whether the key (unless it goes on at lower limits) or its user, where he is charged, has nothing left. */
export function hasSpentAll({ grants }: Caller, rules: MoneyRules, isThrottled: boolean): boolean {
  if (grants === undefined) return false;
  const { budget, user } = grants;
  return (isSpent(budget) && !isThrottled) || (user !== undefined && paysHimself(grants, rules) && isSpent(user.budget));
}

function refuseSpentWindows(windows: readonly WindowGrants[] | undefined, who: string): EngineError | undefined {
  const spent = windows?.find(({ budget }) => isSpent(budget));
  if (spent === undefined || !isSpent(spent.budget)) return undefined;
  const { spend, max } = spent.budget;
  return exceeded(`ExceededBudget: ${who} over ${spent.window.duration} budget. Spend=$${spend.toFixed(4)}, Limit=$${max.toFixed(2)}`);
}

/** The budget of the whole proxy, checked last, and for the master key, too. */
export function refuseSpentProxy(spend: number, max: number): EngineError | undefined {
  return spend > max ? exceeded(`Budget has been exceeded! ${costs({ spend, max })}`) : undefined;
}

/** Written so that a number that is none never lets anybody spend. */
/** Whether nothing is left of a budget. Written so that a NaN counts as spent. */
export function isSpent(budget: Budget): budget is { readonly spend: number; readonly max: number } {
  return budget.max !== undefined && !(budget.spend < budget.max);
}

function costs({ spend, max }: { readonly spend: number; readonly max: number }): string {
  return `Current cost: ${pythonNumber(spend)}, Max budget: ${pythonNumber(max)}`;
}

function exceeded(message: string): EngineError {
  return { kind: 'budget-exceeded', message };
}

/** A refusal for a spent budget with the status that the operator wants; any other error unchanged. */
export function withStatus(error: EngineError, status: number | undefined): EngineError {
  return error.kind === 'budget-exceeded' && status !== undefined ? { ...error, status } : error;
}
