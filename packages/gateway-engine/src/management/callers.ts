import { isObject } from '@stagegate/core-transforms';
import type { Caller } from '../ports/index.ts';
import { tables, type TeamRow } from '../store/index.ts';
import { isAdmin } from './viewers.ts';
import { ask, type StoredParts } from './parts.ts';

export { isAdmin, mayViewAll, nameOf } from './viewers.ts';

/** A member of a team, as its row lists them. */
export interface Member {
  readonly user_id: string | null;
  readonly user_email: string | null;
  readonly role: string;
}

/** The members that a team's row lists. */
export function membersOf({ members_with_roles: listed }: Pick<TeamRow, 'members_with_roles'>): readonly Member[] {
  if (!Array.isArray(listed)) return [];
  return listed.filter(isObject).map(({ user_id: id, user_email: email, role }) => ({
    user_id: typeof id === 'string' ? id : null,
    user_email: typeof email === 'string' ? email : null,
    role: role === 'admin' ? 'admin' : 'user',
  }));
}

/** The role of a caller's user within a team; undefined for users who are not members. */
export function teamRoleOf(caller: Caller, team: TeamRow): string | undefined {
  return caller.userId === undefined ? undefined : membersOf(team).find((member) => member.user_id === caller.userId)?.role;
}

/** Whether a caller manages a team: as an admin of the proxy, of the team or of its organisation. */
export function managesTeam(caller: Caller, team: TeamRow): boolean {
  if (isAdmin(caller)) return true;
  return managesOrganizationOf(caller, team) || teamRoleOf(caller, team) === 'admin';
}

/** Whether a caller administers the organisation that a team is in. */
export function managesOrganizationOf(caller: Caller, { organization_id: id }: TeamRow): boolean {
  return id !== null && caller.adminOf.includes(id);
}

/** A team's row; undefined where no id is given, or no team has it. */
export async function findTeam(parts: StoredParts, teamId: string | null | undefined): Promise<TeamRow | undefined> {
  if (teamId === null || teamId === undefined) return undefined;
  return ask(parts, (database) => tables.teams.find(database, { team_id: teamId }));
}
