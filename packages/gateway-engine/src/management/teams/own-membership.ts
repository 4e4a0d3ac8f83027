import type { ManagedCall } from '../../ports/index.ts';
import { tables } from '../../store/index.ts';
import { findTeam, teamRoleOf } from '../callers.ts';
import { ask, type StoredParts } from '../parts.ts';
import { refuseInDetail } from '../refusal.ts';
import { withBudgets } from '../with-budgets.ts';

/** GET /team/{team_id}/members/me: the caller's own role and spend in a team. */
export async function showOwnMembership(parts: StoredParts, { caller, places }: ManagedCall): Promise<unknown> {
  const { userId } = caller;
  if (userId === undefined) {
    throw refuseInDetail(400, { error: "API key has no associated user_id; cannot resolve 'me' for team membership." });
  }
  const teamId = places['team_id'] ?? '';
  const team = await findTeam(parts, teamId);
  const role = team === undefined ? undefined : teamRoleOf(caller, team);
  // Non-members must not learn whether the team exists.
  if (team === undefined || role === undefined) {
    throw refuseInDetail(404, { error: `User user_id=${userId} is not a member of team_id=${teamId}.` });
  }
  return ask(parts, async (database) => {
    const user = await tables.users.find(database, { user_id: userId });
    const membership = await tables.teamMemberships.find(database, { user_id: userId, team_id: teamId });
    const [withBudget] = membership === undefined ? [] : await withBudgets(database, [membership]);
    const none = { spend: 0, total_spend: 0, budget_id: null, litellm_budget_table: null };
    return {
      user_id: userId,
      team_id: teamId,
      team_alias: team.team_alias,
      role,
      user_email: user?.user_email ?? null,
      ...(withBudget ?? none),
    };
  });
}
