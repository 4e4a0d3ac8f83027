import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { tables, type AccessGroupRow, type Database } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { toHash } from '../keys/key-access.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields, type Fields } from '../read-fields.ts';
import { refuseInDetail, type Refusal } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';

const FIELDS: Fields = {
  access_group_name: 'text',
  description: 'text',
  access_model_names: 'texts',
  access_mcp_server_ids: 'texts',
  access_agent_ids: 'texts',
  assigned_team_ids: 'texts',
  assigned_key_ids: 'texts',
};

/** POST /v1/access_group: models that the keys and teams of a group may call. */
export async function newAccessGroup(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { ...FIELDS, access_group_name: 'text!' });
  refuseUnheld(fields);
  const name = String(fields['access_group_name']);
  const by = caller.userId ?? null;
  const shown = await change(parts, async (transaction) => {
    if ((await tables.accessGroups.find(transaction, { access_group_name: name })) !== undefined) throw exists(name);
    const columns = toColumns(fields);
    const empty = { access_model_names: [], assigned_team_ids: [], assigned_key_ids: [] };
    const made = await tables.accessGroups.insert(transaction, {
      ...empty,
      ...columns,
      access_group_name: name,
      created_by: by,
      updated_by: by,
    });
    await assign(transaction, made.access_group_id, { teams: made.assigned_team_ids ?? [], keys: made.assigned_key_ids ?? [] });
    return (await withNames(transaction, [made]))[0];
  });
  await announceChange(parts.store, { kind: 'all' });
  return shown;
}

/** GET /v1/access_group */
export async function listAccessGroups(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  return ask(parts, async (database) =>
    withNames(database, await tables.accessGroups.list(database, {}, { sortBy: 'created_at', descending: true, limit: ROWS_MAX })),
  );
}

/** GET /v1/access_group/{access_group_id} */
export async function showAccessGroup(parts: StoredParts, { places }: ManagedCall): Promise<unknown> {
  const id = places['access_group_id'] ?? '';
  return ask(parts, async (database) => {
    const row = await tables.accessGroups.find(database, { access_group_id: id });
    if (row === undefined) throw notFound(id);
    return (await withNames(database, [row]))[0];
  });
}

/** PUT /v1/access_group/{access_group_id}: members that are not sent stay as they are. */
export async function updateAccessGroup(parts: StoredParts, { caller, body, places }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, FIELDS);
  refuseUnheld(fields);
  const id = places['access_group_id'] ?? '';
  const { access_group_name: name } = fields;
  const shown = await change(parts, async (transaction) => {
    const columns = { ...toColumns(fields), ...(typeof name === 'string' && { access_group_name: name }) };
    const other = typeof name === 'string' ? await tables.accessGroups.find(transaction, { access_group_name: name }) : undefined;
    if (other !== undefined && other.access_group_id !== id) throw exists(other.access_group_name);
    const rows = await tables.accessGroups.update(transaction, { access_group_id: id }, { ...columns, updated_by: caller.userId ?? null });
    const [row] = rows;
    if (row === undefined) throw notFound(id);
    await assign(transaction, id, { teams: columns.assigned_team_ids ?? undefined, keys: columns.assigned_key_ids ?? undefined });
    return (await withNames(transaction, rows))[0];
  });
  await announceChange(parts.store, { kind: 'all' });
  return shown;
}

/** DELETE /v1/access_group/{access_group_id}: also takes it from every key and team that had it. */
export async function deleteAccessGroup(parts: StoredParts, { places }: ManagedCall): Promise<unknown> {
  const id = places['access_group_id'] ?? '';
  await change(parts, async (transaction) => {
    const [row] = await tables.accessGroups.remove(transaction, { access_group_id: id });
    if (row === undefined) throw notFound(id);
    await assign(transaction, id, { teams: [], keys: [] });
  });
  await announceChange(parts.store, { kind: 'all' });
  return null;
}

function refuseUnheld(fields: JsonObject): void {
  const filled = (['access_mcp_server_ids', 'access_agent_ids'] as const).find(
    (name) => Array.isArray(fields[name]) && fields[name].length > 0,
  );
  if (filled !== undefined) throw refuseInDetail(400, `${filled} is not built in Stagegate.`);
}

function toColumns(fields: JsonObject): Partial<AccessGroupRow> {
  const { description, access_model_names: models, assigned_team_ids: teams, assigned_key_ids: keys } = fields;
  return {
    ...(description !== undefined && { description: typeof description === 'string' ? description : null }),
    ...(models !== undefined && { access_model_names: toTexts(models) }),
    ...(teams !== undefined && { assigned_team_ids: toTexts(teams) }),
    ...(keys !== undefined && { assigned_key_ids: toTexts(keys).map(toHash) }),
  };
}

function toTexts(value: JsonValue): string[] {
  return Array.isArray(value) ? [...new Set(value.map(String))] : [];
}

/** The teams and keys that are to have a group; undefined: those that have it keep it. */
interface Assigned {
  readonly teams: readonly string[] | undefined;
  readonly keys: readonly string[] | undefined;
}

/** Writes a group into the rows of those who are to have it, and out of all others. */
async function assign(transaction: Database, groupId: string, { teams, keys }: Assigned): Promise<void> {
  if (teams !== undefined) {
    const wanted = await tables.teams.list(transaction, { team_id: { in: teams } }, { sortBy: 'team_id', limit: ROWS_MAX });
    const missing = teams.filter((id) => !wanted.some(({ team_id: there }) => there === id));
    if (missing.length > 0) throw refuseInDetail(400, `Unknown team ids: ${missing.toSorted().join(', ')}`);
    const having = await tables.teams.list(transaction, { access_group_ids: { holds: groupId } }, { sortBy: 'team_id', limit: ROWS_MAX });
    for (const { team_id: id, access_group_ids: old } of [...wanted, ...having]) {
      await tables.teams.update(transaction, { team_id: id }, { access_group_ids: toggled(old, groupId, teams.includes(id)) });
    }
  }
  if (keys === undefined) return;
  const wanted = await tables.keys.list(transaction, { token: { in: keys } }, { sortBy: 'token', limit: ROWS_MAX });
  const having = await tables.keys.list(transaction, { access_group_ids: { holds: groupId } }, { sortBy: 'token', limit: ROWS_MAX });
  for (const { token, access_group_ids: old } of [...wanted, ...having]) {
    await tables.keys.update(transaction, { token }, { access_group_ids: toggled(old, groupId, keys.includes(token)) });
  }
}

function toggled(ids: readonly string[] | null, groupId: string, has: boolean): string[] {
  const others = (ids ?? []).filter((id) => id !== groupId);
  return has ? [...others, groupId] : others;
}

/** Groups with the teams and keys that have them, including teams that only say so in their own row. */
async function withNames(database: Database, rows: readonly AccessGroupRow[]): Promise<readonly object[]> {
  const ids = rows.map(({ access_group_id: id }) => id);
  const listed = rows.flatMap(({ assigned_team_ids: teamIds }) => teamIds ?? []);
  const carrying = ids.map((id) => ({ access_group_ids: { holds: id } }));
  const teams = await tables.teams.list(database, [{ team_id: { in: listed } }, ...carrying], { sortBy: 'team_id', limit: ROWS_MAX });
  const tokens = rows.flatMap(({ assigned_key_ids: keyIds }) => keyIds ?? []);
  const keys = await tables.keys.list(database, { token: { in: tokens } }, { sortBy: 'token', limit: ROWS_MAX });
  return rows.map((row) => {
    const own = teams.filter(
      ({ team_id: id, access_group_ids: groups }) =>
        row.assigned_team_ids?.includes(id) === true || groups?.includes(row.access_group_id) === true,
    );
    const keyIds = row.assigned_key_ids ?? [];
    const keyNames = new Map(keys.map(({ token, key_alias: alias, key_name: name }) => [token, alias ?? name]));
    return {
      ...row,
      assigned_team_ids: own.map(({ team_id: id }) => id),
      access_mcp_servers: (row.access_mcp_server_ids ?? []).map((id) => ({ id, name: null })),
      access_agents: (row.access_agent_ids ?? []).map((id) => ({ id, name: null })),
      assigned_teams: own.map(({ team_id: id, team_alias: name }) => ({ id, name })),
      assigned_keys: keyIds.map((id) => ({ id, name: keyNames.get(id) ?? null })),
    };
  });
}

function exists(name: string): Refusal {
  return refuseInDetail(409, `Access group '${name}' already exists`);
}

function notFound(id: string): Refusal {
  return refuseInDetail(404, `Access group '${id}' not found`);
}
