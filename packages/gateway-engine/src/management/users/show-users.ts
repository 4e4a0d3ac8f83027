import { words } from '../../config/known-keys.ts';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { tables, type Cut, type Database, type UserRow, type Wanted, type Where } from '../../store/index.ts';
import { mayViewAll, teamRoleOf } from '../callers.ts';
import { modelUsage } from '../model-usage.ts';
import { ask, type ManagementParts, type StoredParts } from '../parts.ts';
import { countPages, readNames, readPage, readText } from '../read-query.ts';
import { refuse, refuseInBraces, refuseInDetail } from '../refusal.ts';
import { relatedKey } from '../keys/key-fields.ts';
import { LISTED_USER_RELATIONS, USER_RELATIONS } from '../relations.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { withKeysAndMembers } from '../teams/show-teams.ts';
import { shownUser } from './user-fields.ts';

/** GET /user/info: the caller himself, or anybody if he may see all. */
export async function showUser(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const asked = readText(query, 'user_id');
  if (asked !== undefined && asked !== caller.userId && !mayViewAll(caller)) {
    throw refuse(
      403,
      `key not allowed to access this user's info. user_id=${asked}, key's user_id=${caller.userId ?? 'None'}`,
      'auth_error',
    );
  }
  const userId = asked ?? caller.userId;
  if (userId === undefined) throw refuse(404, "{'error': 'User not found'}");
  return ask(parts, async (database) => {
    const user = await tables.users.find(database, { user_id: userId });
    // The master key's user may ask about himself although he has no row.
    if (user === undefined && (asked !== undefined || caller.kind !== 'master-key')) throw refuseInBraces(404, `User ${userId} not found`);
    const keys = await tables.keys.list(database, { user_id: userId }, { sortBy: 'created_at', limit: ROWS_MAX });
    const teams = await tables.teams.list(database, { team_id: { in: user?.teams ?? [] } }, { sortBy: 'team_id', limit: ROWS_MAX });
    const joined = await tables.organizationMemberships.list(database, { user_id: userId }, { sortBy: 'organization_id', limit: ROWS_MAX });
    const aliasOf = (teamId: string | null): string | null => teams.find(({ team_id: id }) => id === teamId)?.team_alias ?? null;
    return {
      user_id: userId,
      user_info:
        user === undefined
          ? { spend: 0 }
          : {
              ...USER_RELATIONS,
              ...shownUser(user),
              organization_memberships: joined,
              model_max_budget_usage: modelUsage(parts, 'user', userId, user.model_max_budget) ?? {},
            },
      keys: keys
        .filter((key) => key.team_id !== 'litellm-dashboard')
        .map((key) => ({ ...relatedKey(key), team_alias: aliasOf(key.team_id) })),
      teams: await withKeysAndMembers(database, caller, teams, userId),
    };
  });
}

/** GET /user/list: by page; for an organisation's admin the members of those that he administers. */
export async function listUsers(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const where = listedUsers(query, listedOrganizations(caller, query));
  const { page, size } = readPage(query, { size: 'page_size', sizeDefault: 25, sizeMax: 100 });
  const order = readOrder(query);
  return ask(parts, async (database) => {
    const users = await tables.users.list(database, where, { ...order, offset: (page - 1) * size, limit: size });
    const keys = await tables.keys.list(
      database,
      { user_id: { in: users.map(({ user_id: id }) => id) } },
      { sortBy: 'token', limit: ROWS_MAX },
    );
    const total = await tables.users.count(database, where);
    const withCounts = users.map((user) => ({
      ...LISTED_USER_RELATIONS,
      ...shownUser(user),
      key_count: keys.filter(({ user_id: id, team_id: teamId }) => id === user.user_id && teamId !== 'litellm-dashboard').length,
    }));
    return { users: withCounts, total, page, page_size: size, total_pages: countPages(total, size) };
  });
}

/** The organisations whose members are listed; undefined: everybody. Throws a Refusal for a caller who administers none of them. */
function listedOrganizations(caller: Caller, query: URLSearchParams): readonly string[] | undefined {
  const asked = readNames(query, 'organization_ids');
  if (mayViewAll(caller)) return asked;
  if (caller.adminOf.length === 0) throw refuseInDetail(403, { error: 'Only proxy admins and organization admins can list users.' });
  const own = caller.adminOf.filter((id) => asked?.includes(id) ?? true);
  if (own.length === 0) throw refuseInDetail(403, { error: 'You do not have org_admin access to the requested organization(s).' });
  return own;
}

/** The users that a query of /user/list asks for: one id is part of an id, several are ids. */
function listedUsers(query: URLSearchParams, organizations: readonly string[] | undefined): readonly Where<UserRow>[] {
  const [email, team, search] = [readText(query, 'user_email'), readText(query, 'team'), readText(query, 'search')];
  const [ids, ssoIds] = [readNames(query, 'user_ids'), readNames(query, 'sso_user_ids')];
  const [id = '', ...otherIds] = ids ?? [];
  const memberIds = organizations && tables.organizationMemberships.found('user_id', { organization_id: { in: organizations } });
  const user_id: readonly Wanted[] = [
    otherIds.length > 0 ? { in: [id, ...otherIds] } : { like: id },
    ...(memberIds ? [{ in: memberIds }] : []),
  ];
  const all: Where<UserRow> = {
    user_id,
    user_email: email === undefined ? undefined : { like: email },
    user_role: readText(query, 'role'),
    sso_user_id: ssoIds && { in: ssoIds },
    teams: team === undefined ? undefined : { holds: team },
  };
  if (search === undefined) return [all];
  return [
    { ...all, user_id: [...user_id, { like: search }] },
    { ...all, user_email: [...(email === undefined ? [] : [{ like: email }]), { like: search }] },
  ];
}

const SORTS = ['user_id', 'user_email', 'created_at', 'spend', 'user_alias', 'user_role'] as const;

/** The order that a query of /user/list asks for: the newest first, unless it names a column. */
function readOrder(query: URLSearchParams): Pick<Cut<UserRow>, 'sortBy' | 'descending'> {
  const asked = query.get('sort_by');
  if (asked === null) return { sortBy: 'created_at', descending: true };
  const sortBy = SORTS.find((name) => name === asked);
  if (sortBy === undefined) throw refuseInDetail(400, { error: `Invalid sort column. Must be one of: ${SORTS.join(', ')}` });
  const order = (query.get('sort_order') ?? 'asc').toLowerCase();
  if (order !== 'asc' && order !== 'desc') throw refuseInDetail(400, { error: "Invalid sort order. Must be 'asc' or 'desc'" });
  return { sortBy, descending: order === 'desc' };
}

/** The columns that /v2/user/info shows. Source: LiteLLM 1.106.2, UserInfoV2Response. */
const SHOWN_ALONE = words(`
  user_id user_email user_alias user_role spend max_budget tpm_limit rpm_limit models teams budget_duration budget_reset_at metadata
  created_at updated_at sso_user_id model_max_budget
`);

/** GET /v2/user/info: a user without keys and teams; for the user himself, admins of his teams, and callers who may see all. */
export async function showUserAlone(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const userId = readText(query, 'user_id') ?? caller.userId;
  if (userId === undefined) {
    throw refuse(400, 'user_id is required. Either pass it as a query parameter or authenticate with a user-bound key.');
  }
  return ask(parts, async (database) => {
    const user = await tables.users.find(database, { user_id: userId });
    if (user === undefined || !(userId === caller.userId || mayViewAll(caller) || (await administers(database, caller, user)))) {
      throw refuse(404, `User not found: ${userId}`);
    }
    const { object_permission_id: id } = user;
    const permission = id === null ? undefined : await tables.objectPermissions.find(database, { object_permission_id: id });
    const shown: Readonly<Record<string, unknown>> = shownUser(user);
    return {
      ...Object.fromEntries([...SHOWN_ALONE].map((name) => [name, shown[name] ?? null])),
      models: user.models ?? [],
      teams: user.teams ?? [],
      object_permission: permission ?? null,
      model_max_budget_usage: modelUsage(parts, 'user', userId, user.model_max_budget) ?? {},
    };
  });
}

/** Whether a caller administers a team that a user is in. */
async function administers(database: Database, caller: Caller, { teams }: UserRow): Promise<boolean> {
  if (caller.userId === undefined || teams === null || teams.length === 0) return false;
  const rows = await tables.teams.list(database, { team_id: { in: teams } }, { sortBy: 'team_id', limit: ROWS_MAX });
  return rows.some((team) => teamRoleOf(caller, team) === 'admin');
}

/** GET /user/filter/ui: ids and email addresses of users, by part of either. */
export async function filterUsers(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const { page, size } = readPage(query, { size: 'page_size', sizeDefault: 50, sizeMax: 100 });
  const [id, email, search] = [readText(query, 'user_id'), readText(query, 'user_email'), readText(query, 'search')];
  const where = [
    { user_id: [{ like: id ?? '' }, { like: search ?? '' }], user_email: email === undefined ? undefined : { like: email } },
    { user_email: [{ like: email ?? '' }, { like: search ?? '' }], user_id: id === undefined ? undefined : { like: id } },
  ].slice(0, search === undefined ? 1 : 2);
  const users = await ask(parts, (database) =>
    tables.users.list(database, where, { sortBy: 'created_at', descending: true, offset: (page - 1) * size, limit: size }),
  );
  return users.map(({ user_id, user_email }) => ({ user_id, user_email }));
}

/** The roles with the texts of the reference's admin page. Source: LiteLLM 1.106.2, LitellmUserRoles. */
const ROLES = {
  proxy_admin: { description: 'admin over litellm proxy, has all permissions', ui_label: 'Admin (All Permissions)' },
  proxy_admin_viewer: { description: 'view all keys, view all spend', ui_label: 'Admin (View Only)' },
  internal_user: { description: 'view/create/delete their own keys, view their own spend', ui_label: 'Internal User (Create/Delete/View)' },
  internal_user_viewer: { description: 'view their own keys, view their own spend', ui_label: 'Internal User (View Only)' },
} as const;

/** GET /user/available_roles */
export async function listRoles(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return ROLES;
}
