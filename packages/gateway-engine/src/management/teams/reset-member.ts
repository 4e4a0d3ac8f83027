import type { ManagedCall } from '../../ports/index.ts';
import { tables, type TeamRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { isAdmin } from '../callers.ts';
import { change, type StoredParts } from '../parts.ts';
import { refuseInDetail } from '../refusal.ts';
import { readResetTo } from '../reset-spend.ts';
import { sharedBudgetOf } from './member-budget.ts';
import { reachTeam } from './team-access.ts';

/** POST /team/{team_id}/member/{user_id}/reset_spend: resets a member's spend within the team. */
export async function resetMemberSpend(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const { team, userId } = await reachMember(parts, call, 'spend');
  const where = { user_id: userId, team_id: team.team_id };
  const answer = await change(parts, async (transaction) => {
    const membership = await tables.teamMemberships.find(transaction, where);
    if (membership === undefined) throw refuseNoMember(userId, team);
    const { budget_id: budgetId, spend: previous } = membership;
    const budget = budgetId === null ? undefined : await tables.budgets.find(transaction, { budget_id: budgetId });
    const spend = readResetTo(call.body, previous, [budget?.max_budget]);
    await tables.teamMemberships.update(transaction, where, { spend });
    return { team_id: team.team_id, user_id: userId, spend, previous_spend: previous, max_budget: budget?.max_budget ?? null };
  });
  await announceChange(parts.store, { kind: 'team', id: team.team_id });
  return answer;
}

/** POST /team/{team_id}/member/{user_id}/reset_budget: puts a member back on the budget that all members share, or on none. */
export async function resetMemberBudget(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const { team, userId } = await reachMember(parts, call, 'budget');
  const where = { user_id: userId, team_id: team.team_id };
  const answer = await change(parts, async (transaction) => {
    const membership = await tables.teamMemberships.find(transaction, where);
    if (membership === undefined) throw refuseNoMember(userId, team);
    const named = sharedBudgetOf(team);
    const shared = named !== undefined ? await tables.budgets.find(transaction, { budget_id: named }) : undefined;
    const budgetId = shared?.budget_id ?? null;
    await tables.teamMemberships.update(transaction, where, { budget_id: budgetId });
    return {
      ...where,
      budget_id: budgetId,
      previous_budget_id: membership.budget_id,
      budget_source: budgetId === null ? 'none' : 'team_default',
    };
  });
  await announceChange(parts.store, { kind: 'team', id: team.team_id });
  return answer;
}

interface ReachedMember {
  readonly team: TeamRow;
  readonly userId: string;
}

async function reachMember(parts: StoredParts, { caller, places, path }: ManagedCall, what: string): Promise<ReachedMember> {
  const userId = places['user_id'] ?? '';
  const team = await reachTeam(parts, caller, places['team_id'] ?? '', path);
  // Otherwise a team's manager could spend its budget past his own limit.
  if (userId === caller.userId && !isAdmin(caller)) {
    throw refuseInDetail(403, { error: `Cannot reset your own ${what}. Ask a proxy admin.` });
  }
  return { team, userId };
}

function refuseNoMember(userId: string, team: TeamRow): Error {
  return refuseInDetail(404, { error: `User ${userId} is not a member of team ${team.team_id}.` });
}
