import type { Caller } from '../../ports/index.ts';
import { tables, type Database, type LogScope } from '../../store/index.ts';
import { mayViewAll, teamRoleOf } from '../callers.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** The permission that lets members read their team's calls. Source: LiteLLM 1.106.2, can_read_team_logs. */
const READS_LOGS = '/spend/logs';

/** The calls that a caller may see: all, or his own and those of teams that he administers or that permit their members to read them. */
export async function findLogScope(database: Database, caller: Caller): Promise<LogScope> {
  if (mayViewAll(caller)) return 'all';
  const { userId } = caller;
  const user = userId === undefined ? undefined : await tables.users.find(database, { user_id: userId });
  const ids = user?.teams ?? [];
  if (ids.length === 0) return { userId, teamIds: [] };
  const teams = await tables.teams.list(database, { team_id: { in: ids } }, { sortBy: 'team_id', limit: ROWS_MAX });
  const seen = teams.filter((team) => {
    const role = teamRoleOf(caller, team);
    return role === 'admin' || (role !== undefined && team.team_member_permissions?.includes(READS_LOGS) === true);
  });
  return { userId, teamIds: seen.map(({ team_id: id }) => id) };
}

/** The only user whose spend a caller may see; undefined: he may see all. A caller without a user gets '', which is nobody's id. */
export function onlyUser(caller: Caller): string | undefined {
  return mayViewAll(caller) ? undefined : (caller.userId ?? '');
}
