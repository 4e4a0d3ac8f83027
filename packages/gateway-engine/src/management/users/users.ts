import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { words } from '../../config/known-keys.ts';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { tables, type UserRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { isAdmin } from '../callers.ts';
import { generateUserKey } from '../keys/generate-key.ts';
import { checkGrants, checkMembers, toAsked } from '../keys/key-access.ts';
import { insertMember } from '../organizations/organization-members.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields, type Fields } from '../read-fields.ts';
import { Refusal, refuse, refuseInBraces } from '../refusal.ts';
import { addMembers, readMembers } from '../teams/members.ts';
import { reachTeam } from '../teams/team-access.ts';
import { refuseUnbuilt } from '../unbuilt.ts';
import { withInternalBudget, withUserDefaults } from './user-defaults.ts';
import { USER_RELATIONS } from '../relations.ts';
import { shownUser, toUserColumns, USER_FIELDS } from './user-fields.ts';

/** The members of a new user in a body. */
export const NEW_FIELDS: Fields = {
  ...USER_FIELDS,
  user_id: 'text',
  team_id: 'text',
  teams: 'any',
  organizations: 'texts',
  auto_create_key: 'flag',
};

/** POST /user/new: creates a user with his memberships, and a key unless none is wanted. */
export async function newUser(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const row = await makeUser(parts, call);
  // Only admins make keys for others.
  const key =
    call.body['auto_create_key'] === false || !isAdmin(call.caller)
      ? { key: '', token: null, key_name: null, expires: null }
      : await makeOwnKey(parts, call, row.user_id);
  return { ...key, ...shownUser(row), key_alias: call.body['key_alias'] ?? null };
}

/** Creates a user with his memberships of teams and organisations, in one transaction. Throws a Refusal for what the caller may not give. */
export async function makeUser(parts: StoredParts, { caller, body }: Pick<ManagedCall, 'caller' | 'body'>): Promise<UserRow> {
  refuseUnbuilt(body);
  const fields = withUserDefaults(parts, readFields(body, NEW_FIELDS));
  const { user_id: id, user_email: email, organizations } = fields;
  const columns = toUserColumns(fields, {}, parts.clock.nowMs());
  const teams = readTeams(fields);
  if (!isAdmin(caller)) await checkMade(parts, caller, fields, teams);
  const userId = typeof id === 'string' ? id : randomUUID();
  await checkUnknown(parts, userId, email);
  const row = await change(parts, async (transaction) => {
    await tables.users.insert(transaction, { models: [], user_role: 'internal_user', ...columns, user_id: userId, teams: [] });
    for (const { teamId, role } of teams) {
      await addMembers(transaction, { parts, caller }, teamId, readMembers({ user_id: userId, role }, ['body', 'teams']), null);
    }
    for (const organization of Array.isArray(organizations) ? organizations : []) {
      await insertMember(transaction, String(organization), userId, { user_role: 'internal_user', budget_id: null });
    }
    return (await tables.users.find(transaction, { user_id: userId })) ?? undefined;
  });
  if (row === undefined) throw refuseInBraces(500, 'Internal Server Error.');
  await announceChange(parts.store, { kind: 'user', id: userId });
  for (const { teamId } of teams) await announceChange(parts.store, { kind: 'team', id: teamId });
  return row;
}

/** The members that an organisation's admin may set on a user whom he creates. */
const MADE_FIELDS = words(`
  user_id user_email user_alias user_role organizations teams team_id models max_budget budget_duration metadata auto_create_key
`);

/** Refuses a user who would have more than the organisation's admin who makes him. */
async function checkMade(parts: StoredParts, caller: Caller, fields: JsonObject, teams: readonly JoinedTeam[]): Promise<void> {
  checkMembers(fields, MADE_FIELDS);
  const { user_role: role, auto_create_key: wantsKey, models, max_budget: max, organizations } = fields;
  if (role !== undefined && role !== null && role !== 'internal_user' && role !== 'internal_user_viewer') {
    throw refuseInBraces(403, `Only proxy admins can create administrative users. Attempted to create user with role: ${String(role)}`);
  }
  if (!Array.isArray(organizations) || organizations.length === 0)
    throw refuseInBraces(403, 'Name the `organizations` that the user is for.');
  if (wantsKey === true) throw refuseInBraces(403, 'Only proxy admins can make keys for others: `auto_create_key`.');
  for (const { teamId } of teams) await reachTeam(parts, caller, teamId, '/user/new');
  const asked = toAsked({
    models: Array.isArray(models) ? models.map(String) : [],
    max_budget: typeof max === 'number' ? max : null,
    expires: caller.grants?.expiresMs === undefined ? null : new Date(caller.grants.expiresMs),
    allowed_routes: [...(caller.grants?.allowedRoutes ?? [])],
    team_id: caller.teamId ?? null,
    project_id: caller.projectId ?? null,
    organization_id: caller.organizationId ?? null,
  });
  await checkGrants(parts, caller, asked, undefined);
}

/** The members of the call that are about the new user's key. */
export const OF_KEY = [
  'key_alias',
  'duration',
  'aliases',
  'config',
  'permissions',
  'blocked',
  'model_rpm_limit',
  'model_tpm_limit',
  'team_id',
] as const;

/** Makes a user's key from the call's `OF_KEY` members. Limits are in the user's row, not on the key. */
export async function makeOwnKey(parts: StoredParts, call: ManagedCall, userId: string): Promise<object> {
  const own = Object.fromEntries(OF_KEY.flatMap((name) => (call.body[name] === undefined ? [] : [[name, call.body[name]] as const])));
  const made = await generateUserKey(parts, { ...call, body: { ...own, user_id: userId } as JsonObject });
  return typeof made === 'object' && made !== null ? made : {};
}

async function checkUnknown(parts: StoredParts, userId: string, email: unknown): Promise<void> {
  const known = await ask(parts, async (database) => ({
    byId: await tables.users.find(database, { user_id: userId }),
    byEmail: typeof email === 'string' ? await tables.users.find(database, { user_email: { anyCase: email } }) : undefined,
  }));
  if (known.byId !== undefined) throw refuseInBraces(409, `User with id ${userId} already exists`);
  if (known.byEmail !== undefined) throw refuseInBraces(409, `User with email ${String(email)} already exists`);
}

interface JoinedTeam {
  readonly teamId: string;
  readonly role: string;
}

function readTeams({ teams, team_id: teamId }: JsonObject): readonly JoinedTeam[] {
  const listed = Array.isArray(teams) ? teams : [];
  const joined = listed.map((team): JoinedTeam => {
    if (typeof team === 'string') return { teamId: team, role: 'user' };
    if (!isObject(team) || typeof team['team_id'] !== 'string')
      throw refuse(400, 'teams: expected ids, or objects with team_id', 'bad_request_error', 'teams');
    return { teamId: team['team_id'], role: team['user_role'] === 'admin' ? 'admin' : 'user' };
  });
  return typeof teamId === 'string' && !joined.some((team) => team.teamId === teamId) ? [...joined, { teamId, role: 'user' }] : joined;
}

/** POST /user/update. For admins only: a user who could write his own row could give himself a role. */
export async function updateUser(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const row = await changeUser(parts, body);
  return toUpdated(row);
}

function toUpdated(row: UserRow): object {
  return { user_id: row.user_id, data: { ...USER_RELATIONS, ...shownUser(row) } };
}

async function changeUser(parts: StoredParts, body: JsonObject): Promise<UserRow> {
  const { user_id: id, ...fields } = readFields(body, { ...USER_FIELDS, user_id: 'text' });
  const email = fields['user_email'];
  if (typeof id !== 'string' && typeof email !== 'string') throw refuseInBraces(400, 'Either user_id or user_email must be provided');
  const where = typeof id === 'string' ? { user_id: id } : { user_email: String(email) };
  const found = await ask(parts, (database) => tables.users.find(database, where));
  if (found === undefined) throw refuseInBraces(404, `User not found, passed user_id=${typeof id === 'string' ? id : String(email)}`);
  const columns = toUserColumns(withInternalBudget(parts, fields), isObject(found.metadata) ? found.metadata : {}, parts.clock.nowMs());
  const [row] = await ask(parts, (database) => tables.users.update(database, { user_id: found.user_id }, columns));
  await announceChange(parts.store, { kind: 'user', id: found.user_id });
  return row ?? found;
}

/** POST /user/bulk_update */
export async function bulkUpdateUsers(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { users } = readFields(body, { users: 'objects!' });
  const items = Array.isArray(users) ? users.filter(isObject) : [];
  if (items.length === 0) throw refuseInBraces(400, 'No users provided for update');
  if (items.length > 500) throw refuseInBraces(400, `Maximum 500 users can be updated at once. Found ${items.length} users.`);
  const results: object[] = [];
  for (const item of items) {
    const shown = { user_id: item['user_id'] ?? null, user_email: item['user_email'] ?? null };
    try {
      const row = await changeUser(parts, item);
      results.push({ ...shown, user_id: row.user_id, success: true, error: null, updated_user: toUpdated(row) });
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      results.push({ ...shown, success: false, error: thrown.message, updated_user: null });
    }
  }
  const successful = results.filter((result) => 'success' in result && result.success === true).length;
  return { results, total_requested: items.length, successful_updates: successful, failed_updates: items.length - successful };
}
