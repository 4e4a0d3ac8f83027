import { isObject } from '@stagegate/core-transforms';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { deleteKeys, tables, type Database, type TeamMembershipRow, type TeamRow, type UserRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { isAdmin, membersOf, nameOf, type Member } from '../callers.ts';
import { change, type StoredParts } from '../parts.ts';
import { readFields, type Fields } from '../read-fields.ts';
import { refuse, refuseInDetail, refuseInvalid } from '../refusal.ts';
import { insertNamedUser } from '../users/user-defaults.ts';
import { LISTED_USER_RELATIONS, OWN_TEAM_RELATIONS } from '../relations.ts';
import { shownUser } from '../users/user-fields.ts';
import { withBudgets } from '../with-budgets.ts';
import { checkMemberMoney, insertMemberBudget, MEMBER_LIMITS, sharedBudgetOf, writeMemberBudget } from './member-budget.ts';
import { reachTeam } from './team-access.ts';

/** Reads one member or a list of them. Throws a Refusal for anything else. */
export function readMembers(value: unknown, at: readonly (string | number)[]): readonly Member[] {
  const items = Array.isArray(value) ? value : [value];
  return items.map((item, index) => {
    if (!isObject(item))
      throw refuseInvalid([
        { type: 'model_attributes_type', loc: [...at, index], msg: 'Input should be a valid dictionary or object to extract fields from' },
      ]);
    const {
      user_id: id,
      user_email: email,
      role,
    } = readFields(item, { user_id: 'text', user_email: 'text', role: 'text!' }, [...at, index]);
    if (role !== 'admin' && role !== 'user')
      throw refuseInvalid([{ type: 'literal_error', loc: [...at, index, 'role'], msg: "Input should be 'admin' or 'user'" }]);
    if (typeof id !== 'string' && typeof email !== 'string')
      throw refuse(400, 'Either user_id or user_email must be provided', 'bad_request_error');
    return { user_id: typeof id === 'string' ? id : null, user_email: typeof email === 'string' ? email : null, role };
  });
}

/** The rows that were written for added members. */
export interface Added {
  readonly team: TeamRow;
  readonly users: readonly UserRow[];
  readonly memberships: readonly TeamMembershipRow[];
}

/** The caller who adds members. */
export interface Maker {
  readonly parts: StoredParts;
  readonly caller: Caller;
}

/** Adds members to a team, within a transaction. Users that do not exist are created, if the caller may. */
export async function addMembers(
  transaction: Database,
  maker: Maker,
  teamId: string,
  asked: readonly Member[],
  budgetId: string | null,
): Promise<Added> {
  // Writing the row first locks it, so that concurrent additions do not overwrite each other.
  const [locked] = await tables.teams.update(transaction, { team_id: teamId }, { updated_at: new Date() });
  if (locked === undefined) throw refuseInDetail(404, { error: `Team not found for team_id=${teamId}` });
  const members = [...membersOf(locked)];
  const users: UserRow[] = [];
  const memberships: TeamMembershipRow[] = [];
  for (const member of asked) {
    const user = await userOf(transaction, maker, member, teamId);
    if (members.some(({ user_id: id }) => id === user.user_id)) {
      const message = `User already in team. Member: user_id=${user.user_id}`;
      throw refuse(400, message, 'team_member_already_in_team', 'member');
    }
    members.push({ user_id: user.user_id, user_email: member.user_email ?? user.user_email, role: member.role });
    users.push(user);
    const known = await tables.teamMemberships.find(transaction, { user_id: user.user_id, team_id: teamId });
    memberships.push(
      known ?? (await tables.teamMemberships.insert(transaction, { user_id: user.user_id, team_id: teamId, budget_id: budgetId })),
    );
  }
  const [team] = await tables.teams.update(
    transaction,
    { team_id: teamId },
    { members_with_roles: members.map((member) => ({ ...member })) },
  );
  return { team: team ?? locked, users, memberships };
}

async function userOf(
  transaction: Database,
  { parts, caller }: Maker,
  { user_id: id, user_email: email }: Member,
  teamId: string,
): Promise<UserRow> {
  const found = await tables.users.find(transaction, id === null ? { user_email: email } : { user_id: id });
  if (found === undefined) {
    if (!isAdmin(caller)) throw refuseInDetail(403, { error: 'Only proxy admins can add users that do not exist yet.' });
    return insertNamedUser(parts, transaction, { id, email }, [teamId]);
  }
  const teams = found.teams ?? [];
  if (teams.includes(teamId)) return found;
  const [changed] = await tables.users.update(transaction, { user_id: found.user_id }, { teams: [...teams, teamId] });
  return changed ?? found;
}

/** A team with its new members, as it is shown. */
export interface ShownAddition extends TeamRow {
  readonly updated_users: readonly (typeof LISTED_USER_RELATIONS & ReturnType<typeof shownUser>)[];
  readonly updated_team_memberships: readonly object[];
}

/** POST /team/member_add */
export async function addTeamMember(parts: StoredParts, { caller, body }: ManagedCall): Promise<ShownAddition> {
  const fields = readFields(body, {
    team_id: 'text!',
    member: 'any!',
    max_budget_in_team: 'number',
    budget_duration: 'text',
    allowed_models: 'texts',
  });
  const teamId = String(fields['team_id']);
  const asked = readMembers(fields['member'], ['body', 'member']);
  const team = await reachTeam(parts, caller, teamId, '/team/member_add');
  const added = await change(parts, async (transaction) => {
    const own = await insertMemberBudget(parts, transaction, caller, fields);
    const { memberships, ...rest } = await addMembers(transaction, { parts, caller }, teamId, asked, own ?? sharedBudgetOf(team) ?? null);
    return { ...rest, memberships: await withBudgets(transaction, memberships) };
  });
  await announceChange(parts.store, { kind: 'team', id: teamId });
  for (const { user_id: id } of added.users) await announceChange(parts.store, { kind: 'user', id });
  const users = added.users.map((user) => ({ ...LISTED_USER_RELATIONS, ...shownUser(user) }));
  return { ...OWN_TEAM_RELATIONS, ...added.team, updated_users: users, updated_team_memberships: added.memberships };
}

/** POST /team/member_delete: removes a member and his keys of that team. */
export async function deleteTeamMember(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { team_id: teamId, user_id: id, user_email: email } = readFields(body, { team_id: 'text!', user_id: 'text', user_email: 'text' });
  if (typeof id !== 'string' && typeof email !== 'string')
    throw refuseInDetail(400, { error: 'Either user_id or user_email needs to be passed in' });
  const team = await reachTeam(parts, caller, String(teamId), '/team/member_delete');
  const gone = await change(parts, async (transaction) => removeMember(transaction, caller, team.team_id, { id, email }));
  await announceChange(parts.store, { kind: 'team', id: team.team_id });
  for (const keyHash of gone.keyHashes) await announceChange(parts.store, { kind: 'key', keyHash });
  return { ...OWN_TEAM_RELATIONS, ...gone.team };
}

/** A member as a call names him: by id or by email address. */
export interface NamedMember {
  readonly id: unknown;
  readonly email: unknown;
}

/** A team after a member was removed, and the hashes of the keys that were deleted with him. */
interface RemovedMember {
  readonly team: TeamRow | undefined;
  readonly keyHashes: readonly string[];
}

/** Removes a member and his keys of the team, within a transaction. */
export async function removeMember(
  transaction: Database,
  caller: Caller,
  teamId: string,
  { id, email }: NamedMember,
): Promise<RemovedMember> {
  const [locked] = await tables.teams.update(transaction, { team_id: teamId }, { updated_at: new Date() });
  const members = locked === undefined ? [] : membersOf(locked);
  const isMeant = (member: Member): boolean =>
    (typeof id === 'string' && member.user_id === id) || (typeof email === 'string' && member.user_email === email);
  const removed = members.filter(isMeant);
  if (removed.length === 0) throw refuseInDetail(400, { error: 'User not found in team' });
  const ids = removed.map((member) => member.user_id).filter((userId) => userId !== null);
  const rest = members.filter((member) => !isMeant(member)).map((member) => ({ ...member }));
  const [team] = await tables.teams.update(transaction, { team_id: teamId }, { members_with_roles: rest });
  const keyHashes: string[] = [];
  for (const userId of ids) {
    const user = await tables.users.find(transaction, { user_id: userId });
    if (user !== undefined) {
      await tables.users.update(transaction, { user_id: userId }, { teams: (user.teams ?? []).filter((name) => name !== teamId) });
    }
    await tables.teamMemberships.remove(transaction, { user_id: userId, team_id: teamId });
    const keys = await tables.keys.list(transaction, { user_id: userId, team_id: teamId }, { sortBy: 'token', limit: 10_000 });
    keyHashes.push(...keys.map(({ token }) => token));
  }
  await deleteKeys(transaction, keyHashes, nameOf(caller));
  return { team, keyHashes };
}

const UPDATE_FIELDS: Fields = { team_id: 'text!', user_id: 'text', user_email: 'text', role: 'text', ...MEMBER_LIMITS };

/** POST /team/member_update: a member's role and limits within the team. */
export async function updateTeamMember(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, UPDATE_FIELDS);
  const { user_id: id, user_email: email, role, max_budget_in_team: max } = fields;
  if (role !== undefined && role !== null && role !== 'admin' && role !== 'user') {
    throw refuseInvalid([{ type: 'literal_error', loc: ['body', 'role'], msg: "Input should be 'admin' or 'user'" }]);
  }
  checkMemberMoney(max);
  const team = await reachTeam(parts, caller, String(fields['team_id']), '/team/member_update');
  const userId = findMember(team, { id, email })?.user_id ?? undefined;
  if (userId === undefined) throw refuseInDetail(400, { error: "User id doesn't exist in team table." });
  // A team's manager may not raise his own limit.
  if (!isAdmin(caller) && userId === caller.userId)
    throw refuseInDetail(403, { error: 'Cannot change your own membership. Ask a proxy admin.' });
  await change(parts, async (transaction) => {
    if (typeof role === 'string') await setRole(transaction, team.team_id, userId, role);
    await writeMemberBudget(parts, transaction, caller, { team, userId, fields });
  });
  await announceChange(parts.store, { kind: 'team', id: team.team_id });
  const shown = ['user_email', 'max_budget_in_team', 'tpm_limit', 'rpm_limit', 'budget_duration', 'allowed_models'] as const;
  return { team_id: team.team_id, user_id: userId, ...Object.fromEntries(shown.map((name) => [name, fields[name] ?? null])) };
}

/** A member of a team, by id, or else by email address. */
export function findMember(team: TeamRow, { id, email }: NamedMember): Member | undefined {
  return membersOf(team).find((each) =>
    typeof id === 'string' ? each.user_id === id : each.user_email !== null && each.user_email === email,
  );
}

async function setRole(transaction: Database, teamId: string, userId: string, role: string): Promise<void> {
  const [locked] = await tables.teams.update(transaction, { team_id: teamId }, { updated_at: new Date() });
  const members = locked === undefined ? [] : membersOf(locked);
  const next = members.map((member) => (member.user_id === userId ? { ...member, role } : { ...member }));
  await tables.teams.update(transaction, { team_id: teamId }, { members_with_roles: next });
}
