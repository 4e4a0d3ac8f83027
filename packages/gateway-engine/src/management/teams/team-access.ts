import type { Caller } from '../../ports/index.ts';
import type { TeamRow } from '../../store/index.ts';
import { findTeam, isAdmin, managesTeam, mayViewAll, teamRoleOf } from '../callers.ts';
import type { StoredParts } from '../parts.ts';
import { refuse, refuseInDetail } from '../refusal.ts';

/** A team that the caller manages, or may `see` as well as who manages it. A team that is not there is refused to others as one that is not theirs: nobody learns what there is. */
export async function reachTeam(
  parts: StoredParts,
  caller: Caller,
  teamId: string,
  route: string,
  to: 'change' | 'see' = 'change',
): Promise<TeamRow> {
  const team = await findTeam(parts, teamId);
  const reachesAll = to === 'see' ? mayViewAll(caller) : isAdmin(caller);
  if (team === undefined && reachesAll) throw refuseInDetail(404, { error: `Team not found, passed team_id=${teamId}` });
  if (team === undefined || !(reachesAll || managesTeam(caller, team))) {
    throw refuseInDetail(403, { error: `Call not allowed. User not proxy admin OR team admin. route=${route}, team_id=${teamId}` });
  }
  return team;
}

/** A team that the caller may see: it is his, or he may see all. */
export async function seeTeam(parts: StoredParts, caller: Caller, teamId: string): Promise<TeamRow> {
  const team = await findTeam(parts, teamId);
  const mine = team !== undefined && (teamRoleOf(caller, team) !== undefined || managesTeam(caller, team) || caller.teamId === teamId);
  if (!mine && !mayViewAll(caller)) {
    throw refuse(403, `User=${caller.userId ?? 'None'} not authorized to access this team=${teamId}`, 'auth_error', 'None');
  }
  if (team === undefined) throw refuse(404, `{'message': 'Team not found, passed team id: ${teamId}.'}`, 'auth_error', 'None');
  return team;
}
