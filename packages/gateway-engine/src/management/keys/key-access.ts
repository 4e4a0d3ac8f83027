import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '../../auth/index.ts';
import type { Caller } from '../../ports/index.ts';
import { tables, type NewKeyRow, type TeamRow, type VerificationTokenRow } from '../../store/index.ts';
import { findEscalation, type AskedGrants } from '../../tenants/index.ts';
import { findTeam, isAdmin, managesTeam, mayViewAll, teamRoleOf } from '../callers.ts';
import { ask, type StoredParts } from '../parts.ts';
import { refuse, refuseInBraces, type Refusal } from '../refusal.ts';
import { checkPermission } from './key-checks.ts';

/** The hash that a key is looked up by. A value that does not start with `sk-` is taken for a hash already. */
export function toHash(key: string): string {
  return key.startsWith('sk-') ? hashKey(key) : key;
}

/** What a caller may do with an existing key. */
export type KeyReach = 'everything' | 'own' | 'nothing';

/** A key, its team, and what a caller may do with it. */
export interface ReachedKey {
  readonly row: VerificationTokenRow;
  readonly team: TeamRow | undefined;
  readonly reach: KeyReach;
}

/** Looks a key up by itself or its hash. Undefined: there is none. */
export async function reachKey(parts: StoredParts, caller: Caller, key: string): Promise<ReachedKey | undefined> {
  const row = await ask(parts, (database) => tables.keys.find(database, { token: toHash(key) }));
  return row === undefined ? undefined : reachRow(parts, caller, row);
}

/** What a caller may do with a key whose row is known. */
export async function reachRow(parts: StoredParts, caller: Caller, row: VerificationTokenRow): Promise<ReachedKey> {
  const team = await findTeam(parts, row.team_id);
  const owns = row.user_id !== null && row.user_id === caller.userId;
  if (isAdmin(caller) || (team !== undefined && managesTeam(caller, team))) return { row, team, reach: 'everything' };
  return { row, team, reach: owns ? 'own' : 'nothing' };
}

/** Whether a caller may see a key: because it is his own, his team's or the one he calls with, or because he may see all. */
export function maySeeKey(caller: Caller, { row, team, reach }: ReachedKey): boolean {
  if (mayViewAll(caller) || reach !== 'nothing' || row.token === caller.keyHash) return true;
  return team !== undefined && teamRoleOf(caller, team) !== undefined;
}

/**
 * A key that is to be updated: a team's member reaches all keys of the team that permits it, and none of one that does not, his own included.
 *
 * source: LiteLLM 1.106.2, can_team_member_execute_key_management_endpoint.
 */
export function reachToUpdate(caller: Caller, reached: ReachedKey | undefined): ReachedKey | undefined {
  if (reached?.team === undefined || reached.reach === 'everything') return reached;
  if (teamRoleOf(caller, reached.team) === undefined) return { ...reached, reach: 'nothing' };
  checkPermission(reached.team, '/key/update');
  return { ...reached, reach: 'own' };
}

/** Asserts that a key exists and that the caller may change it; else throws the reference's Refusal. */
export function checkReached(reached: ReachedKey | undefined, action: string): asserts reached is ReachedKey {
  if (reached === undefined) throw refuse(404, 'Key not found.', 'not_found_error', 'key');
  if (reached.reach === 'nothing') throw refuseInBraces(403, `You are not authorized to ${action} this key`);
}

/** Refuses a key that would allow more than its maker has. `keyTeam`: the key's team, for which its maker is known to be allowed. */
export async function checkGrants(parts: StoredParts, caller: Caller, asked: AskedGrants, keyTeam: TeamRow | undefined): Promise<void> {
  // A team's key belongs to the team's organisation, whether or not the key says so.
  const organizationId = asked.organizationId ?? keyTeam?.organization_id ?? undefined;
  const reach = {
    teamIds: keyTeam === undefined ? [] : [keyTeam.team_id],
    organizationIds: [
      ...(keyTeam?.organization_id ? [keyTeam.organization_id] : []),
      ...(await memberships(parts, caller, organizationId)),
    ],
  };
  const wanted = { ...asked, ...(organizationId !== undefined && { organizationId }) };
  const escalation = findEscalation(caller, wanted, parts.names, reach);
  if (escalation !== undefined) throw refuseEscalation(escalation);
}

/** The organisation in a list if the caller is a member of it, else an empty list. */
async function memberships(parts: StoredParts, { userId }: Caller, organizationId: string | undefined): Promise<readonly string[]> {
  if (userId === undefined || organizationId === undefined) return [];
  const where = { user_id: userId, organization_id: organizationId };
  const found = await ask(parts, (database) => tables.organizationMemberships.find(database, where));
  return found === undefined ? [] : [organizationId];
}

function refuseEscalation(name: string): Refusal {
  if (name === 'allowed_routes') {
    return refuseInBraces(
      403,
      'Only proxy admins can set `allowed_routes` on a key. Use `key_type` to pick a preset route bucket instead.',
    );
  }
  if (name === 'permissions') return refuseInBraces(403, 'Only proxy admins can set `permissions`.');
  return refuseInBraces(403, `A key cannot allow more than the key that makes it: ${name}.`);
}

/** What a key's columns would allow, as `findEscalation` takes it. */
export function toAsked(columns: Partial<NewKeyRow>): AskedGrants {
  const { models, allowed_routes: routes, max_budget: maxBudget, expires, access_group_ids: groups, permissions } = columns;
  return {
    ...(models !== null && models !== undefined && { models }),
    ...(routes !== null && routes !== undefined && { allowedRoutes: routes }),
    ...(maxBudget !== null && maxBudget !== undefined && { maxBudget }),
    ...(expires !== null && expires !== undefined && { expiresMs: expires.getTime() }),
    ...ids(columns),
    ...(groups !== null && groups !== undefined && { accessGroupIds: groups }),
    ...(isObject(permissions) && { permissions: Object.keys(permissions) }),
  };
}

function ids({
  user_id: userId,
  team_id: teamId,
  project_id: projectId,
  organization_id: organizationId,
}: Partial<NewKeyRow>): AskedGrants {
  return {
    ...(userId !== null && userId !== undefined && { userId }),
    ...(teamId !== null && teamId !== undefined && { teamId }),
    ...(projectId !== null && projectId !== undefined && { projectId }),
    ...(organizationId !== null && organizationId !== undefined && { organizationId }),
  };
}

/** Refuses members that the caller may not set. */
export function checkMembers(fields: JsonObject, allowed: ReadonlySet<string>): void {
  const other = Object.keys(fields).find((name) => !allowed.has(name));
  if (other !== undefined) throw refuseInBraces(403, `Only proxy admins can set \`${other}\`.`);
}
