import { isObject } from '@stagegate/core-transforms';
import { words } from '../../config/known-keys.ts';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { tables, type Where, type VerificationTokenRow } from '../../store/index.ts';
import { mayViewAll, teamRoleOf } from '../callers.ts';
import { modelUsage } from '../model-usage.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { countPages, readFlag, readPage, readText } from '../read-query.ts';
import { refuse, refuseInBraces } from '../refusal.ts';
import { maySeeKey, reachRow, toHash } from './key-access.ts';
import { shownKey } from './key-fields.ts';

/** GET /key/info: a key by its value or its hash, else the one the call came with. Deleted keys are shown, too. */
export async function showKey(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const asked = readText(query, 'key');
  const hash = asked === undefined ? caller.keyHash : toHash(asked);
  const found = hash === undefined ? undefined : await ask(parts, (database) => tables.keys.find(database, { token: hash }));
  const deleted =
    found !== undefined || hash === undefined
      ? undefined
      : await ask(parts, (database) => tables.deletedKeys.find(database, { token: hash }));
  if (found === undefined && deleted === undefined) throw refuse(404, 'Key not found in database', 'not_found_error', 'key');
  const allowed =
    found === undefined
      ? mayViewAll(caller) || (deleted?.user_id !== null && deleted?.user_id === caller.userId)
      : maySeeKey(caller, await reachRow(parts, caller, found));
  if (!allowed) throw refuse(403, `You are not allowed to access this key's info. Your role=${caller.role ?? 'None'}`);
  if (deleted !== undefined) {
    const { token: _hash, ...shown } = deleted;
    return { key: asked ?? hash, info: { ...shown, status: 'deleted' } };
  }
  const [row] = found === undefined ? [] : await withRelations(parts, [found]);
  return { key: asked ?? hash, info: row && { ...shownKey(row), status: statusOf(row, parts.clock.nowMs()), ...usageOf(parts, row) } };
}

/** POST /v2/key/info: several keys; those that the caller may not see are left out. */
export async function showKeys(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { keys, key_aliases: aliases } = readFields(body, { keys: 'texts', key_aliases: 'texts' });
  const hashes = Array.isArray(keys) ? keys.map((key) => toHash(String(key))) : [];
  const names = Array.isArray(aliases) ? aliases.map(String) : [];
  if (hashes.length + names.length === 0) return { key: keys ?? null, info: [] };
  const rows = await ask(parts, (database) =>
    tables.keys.list(database, [{ token: { in: hashes } }, { key_alias: { in: names } }], { sortBy: 'token', limit: LIST_MAX }),
  );
  const seen: VerificationTokenRow[] = [];
  for (const row of rows) if (maySeeKey(caller, await reachRow(parts, caller, row))) seen.push(row);
  return { key: keys ?? null, info: (await withRelations(parts, seen)).map((row) => ({ ...shownKey(row), ...usageOf(parts, row) })) };
}

const LIST_MAX = 1_000;

/** The columns that a list may be sorted by: no name from a request reaches a query. */
const SORTS = [
  'spend',
  'max_budget',
  'created_at',
  'updated_at',
  'token',
  'key_alias',
  'user_id',
  'team_id',
  'expires',
  'last_active',
] as const;

/** GET /key/list: hashes of keys, or whole rows, by page. */
export async function listKeys(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const { page, size } = readPage(query, { size: 'size', sizeDefault: 10, sizeMax: 100 });
  const status = readText(query, 'status');
  if (status !== undefined && !['active', 'expired', 'revoked', 'deleted'].includes(status)) {
    throw refuseInBraces(400, "Invalid status value. Supported: 'active', 'expired', 'revoked', 'deleted'.");
  }
  if (status === 'active' || status === 'expired') throw refuseInBraces(400, `status=${status} is not built in Stagegate yet.`);
  const where = await toScope(parts, caller, query);
  const cut = { ...readSort(query), offset: (page - 1) * size, limit: size };
  const [rows, total] = await ask(parts, async (database) =>
    status === 'deleted'
      ? [await tables.deletedKeys.list(database, where, cut), await tables.deletedKeys.count(database, where)]
      : [await tables.keys.list(database, revoked(where, status), cut), await tables.keys.count(database, revoked(where, status))],
  );
  const full = readFlag(query, 'return_full_object') || query.getAll('expand').includes('user');
  const counts = { total_count: total, current_page: page, total_pages: countPages(total, size) };
  if (!full) return { keys: rows.map(({ token }) => token), ...counts };
  return { keys: status === 'deleted' ? rows : (await withRelations(parts, rows as VerificationTokenRow[])).map(toListed), ...counts };
}

/** Members of a listed key that are of its call, or of its owners, and that the reference's list leaves null too. Source: LiteLLM 1.106.2, UserAPIKeyAuth. */
const UNLISTED = words(`
  team_spend team_alias team_tpm_limit team_rpm_limit team_tpd_limit team_max_budget team_soft_budget team_model_max_budget soft_budget
  team_model_aliases team_member team_metadata team_object_permission_id team_object_permission team_member_spend team_member_tpm_limit
  team_member_rpm_limit end_user_id end_user_tpm_limit end_user_rpm_limit end_user_tpd_limit end_user_max_budget end_user_model_max_budget
  end_user_object_permission organization_alias organization_max_budget organization_tpm_limit organization_rpm_limit organization_metadata
  project_alias project_metadata last_refreshed_at api_key user_role allowed_model_region parent_otel_span rpm_limit_per_model
  tpm_limit_per_model user_tpm_limit user_rpm_limit user_email user_spend user_max_budget user_model_max_budget request_route user
  created_by_user jwt_claims
`);

function toListed(row: VerificationTokenRow): object {
  const unlisted = Object.fromEntries([...UNLISTED].map((name) => [name, null]));
  return { ...unlisted, team_models: [], team_blocked: false, is_session_token: false, ...row, org_id: row.organization_id };
}

/** GET /key/aliases */
export async function listAliases(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const { page, size } = readPage(query, { size: 'size', sizeDefault: 50, sizeMax: 100 });
  const scope = await toScope(parts, caller, query);
  const search = readText(query, 'search');
  // Without a search every key that has an alias matches.
  const where = scope.map((each) => ({ ...each, key_alias: { like: search ?? '' } }));
  const [rows, total] = await ask(parts, async (database) => [
    await tables.keys.list(database, where, { sortBy: 'key_alias', offset: (page - 1) * size, limit: size }),
    await tables.keys.count(database, where),
  ]);
  const aliases = rows.map((row) => row.key_alias).filter((alias) => alias !== null && alias !== '');
  return { aliases, total_count: total, current_page: page, total_pages: countPages(total, size), size };
}

/** Conditions for the keys of a list: those that were asked for, among those that the caller may see. */
async function toScope(parts: StoredParts, caller: Caller, query: URLSearchParams): Promise<readonly Where<VerificationTokenRow>[]> {
  const asked = {
    user_id: readText(query, 'user_id'),
    team_id: readText(query, 'team_id'),
    organization_id: readText(query, 'organization_id'),
    key_alias: readText(query, 'key_alias'),
    token: readText(query, 'key_hash'),
    project_id: readText(query, 'project_id'),
  };
  if (mayViewAll(caller)) return [{ ...asked, team_id: asked.team_id ?? { not: 'litellm-dashboard' } }];
  const { userId } = caller;
  if (userId === undefined) return [{ ...asked, token: caller.keyHash ?? '' }];
  if (asked.user_id !== undefined && asked.user_id !== userId) {
    throw refuseInBraces(403, "You are not authorized to check another user's keys");
  }
  const teamIds = asked.team_id === undefined && !readFlag(query, 'include_team_keys') ? [] : await seenTeams(parts, caller, asked.team_id);
  const own = { ...asked, user_id: userId };
  if (asked.team_id !== undefined) return teamIds.length > 0 ? [asked] : refuseTeam(asked.team_id);
  return teamIds.length === 0 ? [own] : [own, { ...asked, team_id: { in: teamIds } }];
}

function refuseTeam(teamId: string): never {
  throw refuseInBraces(403, `You are not authorized to check this team's keys. team_id=${teamId}`);
}

/** Teams all of whose keys the caller may see: he administers them, or they permit their members to list keys. */
async function seenTeams(parts: StoredParts, caller: Caller, teamId: string | undefined): Promise<readonly string[]> {
  const user = await ask(parts, (database) => tables.users.find(database, { user_id: caller.userId ?? '' }));
  const ids = teamId === undefined ? (user?.teams ?? []) : [teamId];
  if (ids.length === 0) return [];
  const teams = await ask(parts, (database) =>
    tables.teams.list(database, { team_id: { in: ids } }, { sortBy: 'team_id', limit: LIST_MAX }),
  );
  return teams
    .filter((team) => {
      const role = teamRoleOf(caller, team);
      return role === 'admin' || (role !== undefined && team.team_member_permissions?.includes('/key/list') === true);
    })
    .map((team) => team.team_id);
}

function revoked(where: readonly Where<VerificationTokenRow>[], status: string | undefined): readonly Where<VerificationTokenRow>[] {
  return status === 'revoked' ? where.map((each) => ({ ...each, blocked: true })) : where;
}

function readSort(query: URLSearchParams): { sortBy: (typeof SORTS)[number]; descending: boolean } {
  const asked = readText(query, 'sort_by');
  const sortBy = SORTS.find((name) => name === (asked ?? 'created_at'));
  if (sortBy === undefined) throw refuseInBraces(400, `Invalid sort column. Must be one of: ${SORTS.join(', ')}`);
  const order = (readText(query, 'sort_order') ?? 'desc').toLowerCase();
  if (order !== 'asc' && order !== 'desc') throw refuseInBraces(400, "Invalid sort order. Must be 'asc' or 'desc'");
  return { sortBy, descending: order === 'desc' };
}

/** Rows with the budget and the permissions that they name. */
async function withRelations(parts: StoredParts, rows: readonly VerificationTokenRow[]): Promise<readonly VerificationTokenRow[]> {
  const [budgetIds, permissionIds] = [rows.map((row) => row.budget_id), rows.map((row) => row.object_permission_id)].map((ids) =>
    ids.filter((id) => id !== null),
  );
  const { budgets, permissions } = await ask(parts, async (database) => ({
    budgets: await tables.budgets.list(database, { budget_id: { in: budgetIds ?? [] } }, { sortBy: 'budget_id', limit: LIST_MAX }),
    permissions: await tables.objectPermissions.list(
      database,
      { object_permission_id: { in: permissionIds ?? [] } },
      { sortBy: 'object_permission_id', limit: LIST_MAX },
    ),
  }));
  return rows.map((row) => ({
    ...row,
    litellm_budget_table: budgets.find((budget) => budget.budget_id === row.budget_id) ?? null,
    object_permission: permissions.find((permission) => permission.object_permission_id === row.object_permission_id) ?? null,
  }));
}

/** What was spent of a key's budgets by model, which are its own or those of its budget. */
function usageOf(parts: StoredParts, row: VerificationTokenRow & { readonly litellm_budget_table?: unknown }): object {
  const { litellm_budget_table: budget, model_max_budget: own } = row;
  const ofBudget = isObject(budget) ? budget['model_max_budget'] : undefined;
  const usage = modelUsage(parts, 'key', row.token, isObject(own) && Object.keys(own).length > 0 ? own : ofBudget);
  return usage === undefined ? {} : { model_max_budget_usage: usage };
}

function statusOf({ blocked, expires }: VerificationTokenRow, nowMs: number): string {
  if (blocked === true) return 'revoked';
  return expires !== null && expires.getTime() < nowMs ? 'expired' : 'active';
}
