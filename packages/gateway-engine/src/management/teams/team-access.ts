import type { Caller } from '../../ports/index.ts';
import type { TeamRow } from '../../store/index.ts';
import { findTeam, isAdmin, managesOrganizationOf, managesTeam, mayViewAll, teamRoleOf } from '../callers.ts';
import type { StoredParts } from '../parts.ts';
import { refuse, refuseInDetail } from '../refusal.ts';
import { TEAM_ADMIN_FIELDS } from './team-fields.ts';

/**
 * A team that the caller manages; with `to: 'see'` also for callers who may see all. Throws a Refusal for others, the same whether or not the
 * team exists, so that they do not learn which teams there are.
 */
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

/** A team that the caller belongs to or manages, or any if he may see all. Throws a Refusal for others. */
export async function seeTeam(parts: StoredParts, caller: Caller, teamId: string): Promise<TeamRow> {
  const team = await findTeam(parts, teamId);
  const mine = team !== undefined && (teamRoleOf(caller, team) !== undefined || managesTeam(caller, team) || caller.teamId === teamId);
  if (!mine && !mayViewAll(caller)) {
    throw refuse(403, `User=${caller.userId ?? 'None'} not authorized to access this team=${teamId}`, 'auth_error', 'None');
  }
  if (team === undefined) throw refuse(404, `{'message': 'Team not found, passed team id: ${teamId}.'}`, 'auth_error', 'None');
  return team;
}

/** What a caller may change of a team, for pages that show it. Source: LiteLLM 1.106.2, TeamEditAccess. */
export type EditAccess =
  | { readonly kind: 'unrestricted' | 'none' }
  | { readonly kind: 'team_admin'; readonly editable_fields: readonly string[] };

/** Says it of /team/update. */
export function editAccess(caller: Caller, team: TeamRow): EditAccess {
  if (isAdmin(caller) || managesOrganizationOf(caller, team)) return { kind: 'unrestricted' };
  if (!managesTeam(caller, team)) return { kind: 'none' };
  return { kind: 'team_admin', editable_fields: [...TEAM_ADMIN_FIELDS].filter((name) => name !== 'team_id').toSorted() };
}
