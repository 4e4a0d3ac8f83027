import type { AccessGroupBudgets, AccessGroupGrants, Caller, Grants } from '../ports/index.ts';
import { severalOf } from './admit.ts';
import { aliasedModel } from './model-access.ts';
import type { ModelNames } from './model-names.ts';

/**
 * The model access groups that a call takes money of: those that have a row, that serve its model, and that a list of the key, its team,
 * its member, its project or its organisation names. Undefined where there is none.
 *
 * cost:   nothing where no group has a row.
 * source: LiteLLM 1.106.2, proxy/auth/auth_checks.py `collect_matched_model_access_groups`, and its order; which asks for an alias of a
 *         key or a team by its own name, and finds no group.
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

/** A list that lets everything through, or everything of the team, names no group by itself. */
function isNamed(group: string, { models, team, project, organization }: Grants): boolean {
  // With `all-team-models` a key has its team's list in the place of its own.
  const ofKey = models.includes('all-team-models') ? undefined : models;
  return [ofKey, team?.models, team?.member?.models, project?.models, organization?.models].some((list) => list?.includes(group) === true);
}
