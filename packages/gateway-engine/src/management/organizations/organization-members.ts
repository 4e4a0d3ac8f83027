import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { tables, type Database, type UserRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { isAdmin, nameOf } from '../callers.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuse, refuseInDetail, refuseInvalid } from '../refusal.ts';
import { insertNamedUser } from '../users/user-defaults.ts';
import { shownUser } from '../users/user-fields.ts';
import { withBudgets } from '../with-budgets.ts';
import { pythonNumber } from '../../text/index.ts';
import { reachOrganization } from './organization-access.ts';

const ROLES = ['org_admin', 'internal_user', 'internal_user_viewer'] as const;

interface AskedMember {
  readonly userId: string | undefined;
  readonly email: string | undefined;
  readonly role: string;
}

/** POST /organization/member_add: users that do not exist yet are created, with the role `internal_user`. */
export async function addOrganizationMembers(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { organization_id: 'text!', member: 'any!', max_budget_in_organization: 'number' });
  const id = String(fields['organization_id']);
  const { member, max_budget_in_organization: max } = fields;
  const asked = (Array.isArray(member) ? member : [member]).map(readMember);
  await reachOrganization(parts, caller, id);
  const added = await change(parts, async (transaction) => {
    const users: UserRow[] = [];
    const memberships: object[] = [];
    for (const each of asked) {
      const user = await userOf(parts, transaction, each);
      const budgetId = typeof max === 'number' ? await insertBudget(transaction, caller, max) : null;
      memberships.push(await insertMember(transaction, id, user.user_id, { user_role: each.role, budget_id: budgetId }));
      users.push(user);
    }
    return { users, memberships };
  });
  for (const { user_id: userId } of added.users) await announceChange(parts.store, { kind: 'user', id: userId });
  return { organization_id: id, updated_users: added.users.map(shownUser), updated_organization_memberships: added.memberships };
}

/** Adds a user to an organisation, within a transaction. */
export async function insertMember(
  transaction: Database,
  organizationId: string,
  userId: string,
  columns: { readonly user_role: string; readonly budget_id: string | null },
): Promise<object> {
  const key = { user_id: userId, organization_id: organizationId };
  if ((await tables.organizationMemberships.find(transaction, key)) !== undefined) {
    throw refuse(400, `User already in organization. Member: user_id=${userId}`, 'bad_request_error', 'user_id');
  }
  return tables.organizationMemberships.insert(transaction, { ...key, ...columns });
}

function readMember(value: unknown, index: number): AskedMember {
  const at = ['body', 'member', index];
  if (!isObject(value)) {
    throw refuseInvalid([{ type: 'model_type', loc: at, msg: 'Input should be a valid dictionary or instance of OrgMember' }]);
  }
  const { user_id: id, user_email: email, role } = readFields(value, { user_id: 'text', user_email: 'text', role: 'text!' }, at);
  checkRole(role, [...at, 'role']);
  if (typeof id !== 'string' && typeof email !== 'string') {
    throw refuse(400, 'Either user_id or user_email must be provided', 'bad_request_error');
  }
  return { userId: asText(id), email: asText(email), role: String(role) };
}

function checkRole(role: unknown, loc: readonly (string | number)[]): void {
  if (ROLES.some((known) => known === role)) return;
  throw refuseInvalid([{ type: 'literal_error', loc, msg: "Input should be 'org_admin', 'internal_user' or 'internal_user_viewer'" }]);
}

async function userOf(parts: StoredParts, transaction: Database, { userId, email }: AskedMember): Promise<UserRow> {
  const byId = userId === undefined ? undefined : await tables.users.find(transaction, { user_id: userId });
  const found = byId ?? (email === undefined ? undefined : await tables.users.find(transaction, { user_email: email }));
  if (found !== undefined) return found;
  return insertNamedUser(parts, transaction, { id: userId ?? null, email: email ?? null }, []);
}

async function insertBudget(transaction: Database, caller: Caller, max: number): Promise<string> {
  checkAmount(max);
  const by = nameOf(caller);
  return (await tables.budgets.insert(transaction, { max_budget: max, created_by: by, updated_by: by })).budget_id;
}

function checkAmount(max: number): void {
  if (max < 0) throw refuseInDetail(400, { error: `max_budget_in_organization must be non-negative. Received: ${pythonNumber(max)}` });
}

/** PATCH /organization/member_update: a member's role and budget. */
export async function updateOrganizationMember(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { ...MEMBER_FIELDS, role: 'text', max_budget_in_organization: 'number' });
  const { role, max_budget_in_organization: max } = fields;
  if (role !== undefined && role !== null) checkRole(role, ['body', 'role']);
  const where = await findMember(parts, caller, fields);
  if (!isAdmin(caller)) await checkTarget(parts, caller, where.user_id, max);
  const membership = await change(parts, async (transaction) => {
    const old = await tables.organizationMemberships.find(transaction, where);
    if (old === undefined) throw refuseInDetail(404, { error: `Member not found in organization for user_id=${where.user_id}` });
    const budgetId = typeof max === 'number' ? await writeBudget(transaction, caller, old.budget_id, max) : old.budget_id;
    const columns = { ...(typeof role === 'string' && { user_role: role }), budget_id: budgetId };
    return (await withBudgets(transaction, await tables.organizationMemberships.update(transaction, where, columns)))[0];
  });
  await announceChange(parts.store, { kind: 'user', id: where.user_id });
  return membership;
}

/** Keeps an organisation's admin from changing users with a higher role, and his own budget. */
async function checkTarget(parts: StoredParts, caller: Caller, userId: string, max: unknown): Promise<void> {
  const target = await ask(parts, (database) => tables.users.find(database, { user_id: userId }));
  if (target?.user_role === 'proxy_admin' || target?.user_role === 'proxy_admin_viewer') {
    const error = 'Only PROXY_ADMIN may modify the organization role of a user who is a global PROXY_ADMIN.';
    throw refuseInDetail(403, { error });
  }
  if (userId === caller.userId && max !== undefined) {
    throw refuseInDetail(403, { error: 'Cannot change your own budget. Ask a proxy admin.' });
  }
}

async function writeBudget(transaction: Database, caller: Caller, old: string | null, max: number): Promise<string> {
  if (old === null) return insertBudget(transaction, caller, max);
  checkAmount(max);
  await tables.budgets.update(transaction, { budget_id: old }, { max_budget: max, updated_by: nameOf(caller) });
  return old;
}

/** DELETE /organization/member_delete */
export async function deleteOrganizationMember(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const where = await findMember(parts, caller, readFields(body, MEMBER_FIELDS));
  const [row] = await ask(parts, (database) => tables.organizationMemberships.remove(database, where));
  if (row === undefined) throw refuseInDetail(404, { error: `Member not found in organization for user_id=${where.user_id}` });
  await announceChange(parts.store, { kind: 'user', id: where.user_id });
  return row;
}

const MEMBER_FIELDS = { organization_id: 'text!', user_id: 'text', user_email: 'text' } as const;

/** Finds the membership that a call names, in an organisation that the caller administers. */
async function findMember(parts: StoredParts, caller: Caller, fields: JsonObject): Promise<{ user_id: string; organization_id: string }> {
  const { user_id: userId, user_email: email, organization_id: id } = fields;
  if (typeof userId !== 'string' && typeof email !== 'string') {
    throw refuseInDetail(400, { error: 'Either user_id or user_email needs to be passed in' });
  }
  const { organization_id } = await reachOrganization(parts, caller, String(id));
  if (typeof userId === 'string') return { user_id: userId, organization_id };
  const users = await ask(parts, (database) => tables.users.list(database, { user_email: String(email) }, { sortBy: 'user_id', limit: 2 }));
  const [user] = users;
  if (user !== undefined && users.length === 1) return { user_id: user.user_id, organization_id };
  const why = 'Potential duplicate OR non-existent user_email in LiteLLM_UserTable.';
  throw refuseInDetail(400, { error: `Unique user not found for user_email=${String(email)}. ${why} Use 'user_id' instead.` });
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
