import { findBudget, findWindowSpends, type Database, type KeyRows } from '../store/index.ts';
import { readWindows } from './budget-windows.ts';
import { toObject } from './to-object.ts';

/**
 * Adds to rows what only some need: the budget that a team's members share, for a member without one of his own, and the spend of the key's
 * and the team's windows. No query where there is neither.
 */
export async function withBudgets<Rows extends Pick<KeyRows, 'team' | 'member' | 'memberBudget'> & Partial<Pick<KeyRows, 'key'>>>(
  database: Database,
  rows: Rows | undefined,
  nowMs: number,
): Promise<(Rows & Pick<KeyRows, 'windows' | 'sharedBudget'>) | undefined> {
  if (rows === undefined) return undefined;
  const { key, team, member, memberBudget } = rows;
  const { team_member_budget_id: shared } = toObject(team?.metadata);
  const needsShared = member !== null && (memberBudget?.max_budget ?? null) === null && typeof shared === 'string';
  const asked = [
    ...(key === undefined ? [] : (readWindows('key', key.token, key.budget_limits, nowMs) ?? [])),
    ...(team === null ? [] : (readWindows('team', team.team_id, team.budget_limits, nowMs) ?? [])),
  ];
  return {
    ...rows,
    ...(needsShared && { sharedBudget: await findBudget(database, shared) }),
    ...(asked.length > 0 && { windows: await findWindowSpends(database, asked) }),
  };
}
