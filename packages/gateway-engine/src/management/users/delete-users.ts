import type { Caller, ManagedCall } from '../../ports/index.ts';
import { deleteKeys, tables, type Database, type UserRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { membersOf, nameOf } from '../callers.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields, refuseLength, refuseOthers } from '../read-fields.ts';
import { refuseQuery } from '../problem.ts';
import { refuseInDetail } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** POST /user/delete: with their keys and memberships. out: the number of deleted users. */
export async function deleteUsers(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const ids = readIds(body);
  const rows = await findUsers(parts, ids);
  const missing = ids.find((id) => !rows.has(id));
  if (missing !== undefined) throw refuseInDetail(404, { error: `User not found, passed user_id=${missing}` });
  await removeUsers(parts, caller, [...rows.values()]);
  return ids.length;
}

const USERS_MAX = 500;

/** POST /management/v1/users/bulk_delete: deletes those that exist, in one transaction. out: the outcome for each. */
export async function deleteUsersAtOnce(parts: StoredParts, { caller, body, query }: ManagedCall): Promise<unknown> {
  refuseQuery(query);
  refuseOthers(body, FIELDS);
  const ids = readIds(body);
  refuseLength(ids, ['body', 'user_ids'], USERS_MAX);
  const rows = await findUsers(parts, ids);
  const teams = await removeUsers(parts, caller, [...rows.values()]);
  const data = ids.map((id, index) => {
    const row = rows.get(id);
    const isRepeated = ids.indexOf(id) < index;
    const error = isRepeated ? `Duplicate user_id in request: ${id}` : row === undefined ? `User id=${id} not found` : null;
    if (error !== null) return { user_id: id, user_email: null, success: false, teams_removed: [], error };
    return { user_id: id, user_email: row?.user_email ?? null, success: true, teams_removed: teams.get(id) ?? [], error };
  });
  return { data };
}

const FIELDS = { user_ids: 'texts!' } as const;

function readIds(body: ManagedCall['body']): readonly string[] {
  const { user_ids: listed } = readFields(body, FIELDS);
  return Array.isArray(listed) ? listed.map(String) : [];
}

async function findUsers(parts: StoredParts, ids: readonly string[]): Promise<ReadonlyMap<string, UserRow>> {
  if (ids.length === 0) return new Map();
  const rows = await ask(parts, (database) =>
    tables.users.list(database, { user_id: { in: ids } }, { sortBy: 'user_id', limit: ROWS_MAX }),
  );
  return new Map(rows.map((row) => [row.user_id, row]));
}

/** Removes users with their keys and memberships. out: the teams that each has left, by user id. */
async function removeUsers(parts: StoredParts, caller: Caller, rows: readonly UserRow[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const gone = await change(parts, async (transaction) => {
    const each: RemovedUser[] = [];
    for (const row of rows) each.push(await removeUser(transaction, row, nameOf(caller)));
    return each;
  });
  for (const keyHash of gone.flatMap(({ keyHashes }) => keyHashes)) await announceChange(parts.store, { kind: 'key', keyHash });
  for (const teamId of new Set(gone.flatMap(({ teamIds }) => teamIds))) await announceChange(parts.store, { kind: 'team', id: teamId });
  for (const { id } of gone) await announceChange(parts.store, { kind: 'user', id });
  return new Map(gone.map(({ id, teamIds }) => [id, teamIds]));
}

interface RemovedUser {
  readonly id: string;
  readonly keyHashes: readonly string[];
  readonly teamIds: readonly string[];
}

async function removeUser(transaction: Database, { user_id: id, teams }: UserRow, by: string): Promise<RemovedUser> {
  const memberships = await tables.teamMemberships.remove(transaction, { user_id: id });
  const named = new Set([...(teams ?? []), ...memberships.map(({ team_id: teamId }) => teamId)]);
  const teamIds: string[] = [];
  // Sorted, so that concurrent removals do not deadlock.
  for (const teamId of [...named].toSorted()) {
    const [team] = await tables.teams.update(transaction, { team_id: teamId }, { updated_at: new Date() });
    if (team === undefined) continue;
    teamIds.push(teamId);
    const rest = membersOf(team).filter((member) => member.user_id !== id);
    await tables.teams.update(transaction, { team_id: teamId }, { members_with_roles: rest.map((member) => ({ ...member })) });
  }
  const keys = await tables.keys.list(transaction, { user_id: id }, { sortBy: 'token', limit: ROWS_MAX });
  const keyHashes = keys.map(({ token }) => token);
  await deleteKeys(transaction, keyHashes, by);
  for (const column of ['user_id', 'created_by', 'updated_by'] as const) await tables.invitationLinks.remove(transaction, { [column]: id });
  await tables.organizationMemberships.remove(transaction, { user_id: id });
  await tables.users.remove(transaction, { user_id: id });
  return { id, keyHashes, teamIds };
}
