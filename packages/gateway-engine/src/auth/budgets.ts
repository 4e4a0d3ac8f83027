import type { EngineError, SpentBudget } from '../errors/index.ts';
import type { AccessGroupGrants, Budget, Caller, EndUserGrants, GatewayConfig, Grants, TagGrants, WindowGrants } from '../ports/index.ts';
import { pythonNumber } from '../text/index.ts';

/** The settings that say whose budgets are checked, and what happens where a budget cannot be read. */
export type MoneyRules = Pick<GatewayConfig, 'budgetThrottlePart' | 'budgetsFailClosed' | 'reservationOff' | 'userPaysForTeams'>;

/** Whether a customer still has money. It is charged to him also when the caller has no budget at all. */
export function refuseSpentEndUser(endUser: EndUserGrants | undefined): EngineError | undefined {
  // A customer may spend his budget to the last cent, as in the reference; others are stopped when it is reached.
  if (endUser === undefined || endUser.budget.max === undefined || endUser.budget.spend <= endUser.budget.max) return undefined;
  const { spend, max } = endUser.budget;
  const message = `ExceededBudget: End User=${endUser.id} over budget. Spend=${pythonNumber(spend)}, Budget=${pythonNumber(max)}`;
  return exceeded(message, { owner: 'end_user', id: endUser.id, spend, max });
}

/**
 * Whether a key still has money, as its row says, and what was spent since: undefined, or the refusal.
 *
 * source: LiteLLM 1.106.2, proxy/auth/auth_checks.py; so are the others here.
 */
export function refuseSpentKey({ keyAlias, keyName, keyHash }: Caller, { budget }: Grants): EngineError | undefined {
  if (!isSpent(budget)) return undefined;
  const label = keyAlias ?? 'key';
  const shown = keyName !== undefined && /^sk-\.\.\..{4}$/u.test(keyName) ? `${label} (${keyName})` : label;
  return overBudget(`Key=${shown}`, 'key', keyHash, budget);
}

/** The same for a member of a team, checked before the key. A budget of 0 means no limit here, unlike that of a key. */
export function refuseSpentMember({ userId, grants }: Caller): EngineError | undefined {
  const member = grants?.team?.member;
  if (member === undefined || member.sharesBudget === true || !isSpent(member.budget) || member.budget.max <= 0) return undefined;
  const id = `${userId ?? ''}:${grants?.team?.id ?? ''}`;
  return overBudget(`TeamMember=${id}`, 'team_member', id, member.budget);
}

/** The same for a project. */
export function refuseSpentProject({ project }: Grants): EngineError | undefined {
  if (project === undefined || !isSpent(project.budget)) return undefined;
  return overBudget(`Project=${project.id}`, 'project', project.id, project.budget);
}

/** The same for a call's tags. They may spend to the last cent. */
export function refuseSpentTags(tags: readonly TagGrants[] | undefined): EngineError | undefined {
  const spent = tags?.find(({ budget }) => isSpent(budget) && budget.spend !== budget.max);
  if (spent === undefined || !isSpent(spent.budget)) return undefined;
  return overBudget(`Tag=${spent.name}`, 'tag', spent.name, spent.budget);
}

/** The same for the model access groups that let a call in. A budget of 0 means no limit. */
function refuseSpentGroups(groups: readonly AccessGroupGrants[] | undefined): EngineError | undefined {
  const spent = groups?.find(({ budget }) => isSpent(budget) && budget.max > 0);
  if (spent === undefined || !isSpent(spent.budget)) return undefined;
  return overBudget(`Model access group=${spent.name}`, 'model_access_group', spent.name, spent.budget);
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
    return overBudget(`Team=${team.id}`, 'team', team.id, team.budget);
  const spentWindow = refuseSpentWindows(team?.windows, `Team=${team?.id ?? ''}`) ?? refuseSpentWindows(windows, 'Key');
  if (spentWindow !== undefined) return spentWindow;
  if (organization !== undefined && isSpent(organization.budget))
    return overBudget(`Organization=${organization.id}`, 'organization', organization.id, organization.budget);
  const spentByCall = refuseSpentTags(tags) ?? refuseSpentGroups(accessGroups);
  if (spentByCall !== undefined) return spentByCall;
  if (paysHimself(grants, rules) && user !== undefined && isSpent(user.budget)) {
    const { spend, max } = user.budget;
    const message = `ExceededBudget: User=${user.id} over budget. Spend=${pythonNumber(spend)}, Budget=${pythonNumber(max)}`;
    return exceeded(message, { owner: 'user', id: user.id, spend, max });
  }
  if (team?.member !== undefined && user !== undefined && isSpent(team.member.budget))
    return overBudget(`User=${user.id} in Team=${team.id}`, 'team_member', `${user.id}:${team.id}`, team.member.budget);
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
  const { owner, id, duration } = spent.window;
  const message = `ExceededBudget: ${who} over ${duration} budget. Spend=$${spend.toFixed(4)}, Limit=$${max.toFixed(2)}`;
  return exceeded(message, { owner, id, spend, max });
}

/** The budget of the whole proxy, checked last, and for the master key, too. */
export function refuseSpentProxy(spend: number, max: number): EngineError | undefined {
  return spend > max
    ? exceeded(`Budget has been exceeded! ${costs({ spend, max })}`, { owner: 'proxy', id: undefined, spend, max })
    : undefined;
}

/** Written so that a number that is none never lets anybody spend. */
/** Whether nothing is left of a budget. Written so that a NaN counts as spent. */
export function isSpent(budget: Budget): budget is { readonly spend: number; readonly max: number } {
  return budget.max !== undefined && !(budget.spend < budget.max);
}

function costs({ spend, max }: { readonly spend: number; readonly max: number }): string {
  return `Current cost: ${pythonNumber(spend)}, Max budget: ${pythonNumber(max)}`;
}

function overBudget(
  who: string,
  owner: SpentBudget['owner'],
  id: string | undefined,
  budget: { readonly spend: number; readonly max: number },
): EngineError {
  return exceeded(`Budget has been exceeded! ${who} ${costs(budget)}`, { owner, id, spend: budget.spend, max: budget.max });
}

function exceeded(message: string, spent: SpentBudget): EngineError {
  return { kind: 'budget-exceeded', message, spent };
}

/** A refusal for a spent budget with the status that the operator wants; any other error unchanged. */
export function withStatus(error: EngineError, status: number | undefined): EngineError {
  return error.kind === 'budget-exceeded' && status !== undefined ? { ...error, status } : error;
}
