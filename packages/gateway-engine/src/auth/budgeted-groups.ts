import type { AccessGroupBudgets, AccessGroupGrants, Caller, Grants } from '../ports/index.ts';
import { severalOf } from './admit.ts';
import { aliasedModel } from './model-access.ts';
import type { ModelNames } from './model-names.ts';

/**
 * The model access groups whose budgets a call is charged to: those with a budget row that serve its model and that a list of the key, its
 * team, member, project or organisation names. Undefined where there is none.
 *
 * cost:   nothing where no group has a row.
 * source: LiteLLM 1.106.2, proxy/auth/auth_checks.py `collect_matched_model_access_groups`, with its order. The reference looks for an
 *         alias of a key or a team by the alias itself, and so finds no group.
 */
export function budgetedGroups(
  budgets: AccessGroupBudgets | undefined,
  { grants, teamId }: Caller,
  model: string | undefined,
  names: ModelNames,
): readonly AccessGroupGrants[] | undefined {
  if (budgets === undefined || budgets.size === 0 || grants === undefined || model === undefined) return undefined;
  const serving = severalOf(model, names).flatMap((one) => {
    const asked = aliasedModel(grants, one);
    const target = names.aliasTarget(asked);
    return [asked, ...(target === undefined ? [] : [target])].flatMap((name) => names.accessGroupsOf(name, teamId));
  });
  const found = [...new Set(serving)].toSorted().flatMap((name) => {
    const budget = budgets.get(name);
    return budget === undefined || !isNamed(name, grants) ? [] : [{ name, budget }];
  });
  return found.length === 0 ? undefined : found;
}

/** Whether a list names the group. Lists that allow every model, or every model of the team, name none. */
function isNamed(group: string, { models, team, project, organization }: Grants): boolean {
  // A key with `all-team-models` has its team's list instead of its own.
  const ofKey = models.includes('all-team-models') ? undefined : models;
  return [ofKey, team?.models, team?.member?.models, project?.models, organization?.models].some((list) => list?.includes(group) === true);
}
