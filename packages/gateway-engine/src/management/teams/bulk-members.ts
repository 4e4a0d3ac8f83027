import { isObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { tables } from '../../store/index.ts';
import { isAdmin, type Member } from '../callers.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { Refusal, refuseInDetail } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { addTeamMember, readMembers } from './members.ts';

const MEMBERS_MAX = 500;

/** POST /team/bulk_member_add: adds all or none. out: the outcome for each. Source: LiteLLM 1.106.2, bulk_team_member_add. */
export async function addTeamMembers(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const fields = readFields(call.body, { team_id: 'text!', members: 'objects', all_users: 'flag', max_budget_in_team: 'number' });
  const everybody = fields['all_users'] === true;
  if (everybody && !isAdmin(call.caller)) {
    const error = '`all_users=true` is restricted to PROXY_ADMIN. Org/team admins must specify explicit member lists.';
    throw refuseInDetail(403, { error });
  }
  const members = everybody ? await allUsers(parts) : readMembers(fields['members'] ?? [], ['body', 'members']);
  if (members.length === 0) throw refuseInDetail(400, { error: 'At least one member is required' });
  if (members.length > MEMBERS_MAX) throw refuseInDetail(400, { error: `Maximum ${MEMBERS_MAX} members can be added at once` });
  const max = fields['max_budget_in_team'];
  const body = {
    team_id: fields['team_id'] ?? null,
    member: members.map((member) => ({ ...member })),
    ...(max !== undefined && { max_budget_in_team: max }),
  };
  try {
    const { updated_users: users, updated_team_memberships: memberships, ...team } = await addTeamMember(parts, { ...call, body });
    const results = members.map((member) => {
      const user = users.find(({ user_id: id, user_email: email }) => id === member.user_id || email === (member.user_email ?? NaN));
      const membership = memberships.find((row) => isObject(row) && row['user_id'] === user?.user_id);
      return toResult(member, { success: true, user, membership });
    });
    const updated = { ...team, updated_users: users, updated_team_memberships: memberships };
    return { team_id: body.team_id, results, ...counts(members.length, 0), updated_team: updated };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const results = members.map((member) => toResult(member, { success: false, error: thrown.message }));
    return { team_id: body.team_id, results, ...counts(0, members.length), updated_team: null };
  }
}

async function allUsers(parts: StoredParts): Promise<readonly Member[]> {
  const users = await ask(parts, (database) => tables.users.list(database, {}, { sortBy: 'created_at', limit: ROWS_MAX }));
  return users.map(({ user_id: id, user_email: email }) => ({ user_id: id, user_email: email, role: 'user' }));
}

interface Became {
  readonly success: boolean;
  readonly error?: string;
  readonly user?: object | undefined;
  readonly membership?: object | undefined;
}

function toResult({ user_id: id, user_email: email }: Member, { success, error = undefined, user, membership }: Became): object {
  return {
    user_id: id,
    user_email: email,
    success,
    error: error ?? null,
    updated_user: user ?? null,
    updated_team_membership: membership ?? null,
  };
}

function counts(done: number, failed: number): object {
  return { total_requested: done + failed, successful_additions: done, failed_additions: failed };
}
