import type { JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { tables, type BudgetRow, type TeamRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { isAdmin } from '../callers.ts';
import { change, type StoredParts } from '../parts.ts';
import { readItems, type Fields } from '../read-fields.ts';
import { refuseQuery } from '../problem.ts';
import { checkMemberMoney, MEMBER_LIMITS, sharedBudgetOf, writeMemberBudget } from './member-budget.ts';
import { findMember, removeMember } from './members.ts';
import { reachTeam } from './team-access.ts';

const MEMBERS_MAX = 500;
const NOT_FOUND = 'User not found in team';
const REF_FIELDS: Fields = { user_id: 'text', user_email: 'text' };

/** POST /management/v1/teams/{team_id}/members/bulk_delete: removes those that are members, in one transaction. out: the outcome for each. */
export async function removeTeamMembers(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const { team, members } = await reachMembers(parts, call, REF_FIELDS);
  const asked = members.filter(({ error }) => error === null);
  const keyHashes = await change(parts, async (transaction) => {
    const gone: string[] = [];
    for (const { named } of asked) {
      gone.push(
        ...(await removeMember(transaction, call.caller, team.team_id, { id: named['user_id'], email: named['user_email'] })).keyHashes,
      );
    }
    return gone;
  });
  await announceChange(parts.store, { kind: 'team', id: team.team_id });
  for (const keyHash of keyHashes) await announceChange(parts.store, { kind: 'key', keyHash });
  for (const { userId } of asked) if (userId !== null) await announceChange(parts.store, { kind: 'user', id: userId });
  return { data: members.map(({ named, error }) => ({ ...refOf(named), success: error === null, error })) };
}

/** POST /management/v1/teams/{team_id}/members/bulk_update: sets limits of members within the team. out: the new limits of each. */
export async function updateTeamMembers(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const { caller } = call;
  const { team, members } = await reachMembers(parts, call, { ...REF_FIELDS, ...MEMBER_LIMITS });
  for (const { named } of members) checkMemberMoney(named['max_budget_in_team']);
  const data = await change(parts, async (transaction) => {
    const each: object[] = [];
    for (const { named, userId, error: wrong } of members) {
      // A team's manager may not raise his own limit.
      const isSelf = userId === caller.userId && !isAdmin(caller);
      const error = wrong ?? (isSelf ? 'Cannot change your own membership. Ask a proxy admin.' : null);
      if (error !== null || userId === null) {
        each.push({ ...refOf(named), success: false, error: error ?? NOT_FOUND });
        continue;
      }
      await writeMemberBudget(parts, transaction, caller, { team, userId, fields: named });
      const membership = await tables.teamMemberships.find(transaction, { user_id: userId, team_id: team.team_id });
      const budgetId = membership?.budget_id ?? undefined;
      const budget = budgetId === undefined ? undefined : await tables.budgets.find(transaction, { budget_id: budgetId });
      each.push({ ...refOf(named), user_id: userId, success: true, error: null, ...shownLimits(team, budget) });
    }
    return each;
  });
  await announceChange(parts.store, { kind: 'team', id: team.team_id });
  return { data };
}

interface AskedMember {
  readonly named: JsonObject;
  /** Null for a member who is listed by email address only. */
  readonly userId: string | null;
  readonly error: string | null;
}

interface ReachedMembers {
  readonly team: TeamRow;
  readonly members: readonly AskedMember[];
}

async function reachMembers(parts: StoredParts, call: ManagedCall, fields: Fields): Promise<ReachedMembers> {
  refuseQuery(call.query);
  const items = readItems(call.body, { name: 'members', max: MEMBERS_MAX, fields, check: checkNamed });
  const team = await reachTeam(parts, call.caller, call.places['team_id'] ?? '', call.path);
  const seen = new Set<string>();
  const members = items.map((named): AskedMember => {
    const member = findMember(team, { id: named['user_id'], email: named['user_email'] });
    if (member === undefined) return { named, userId: null, error: NOT_FOUND };
    const place = JSON.stringify(member);
    const isRepeated = seen.has(place);
    seen.add(place);
    return { named, userId: member.user_id, error: isRepeated ? 'Duplicate member in request' : null };
  });
  return { team, members };
}

function checkNamed({ user_id: id, user_email: email }: JsonObject): string | undefined {
  if (typeof id === 'string' && typeof email === 'string') return 'Each member must be identified by exactly one of user_id or user_email';
  return typeof id === 'string' || typeof email === 'string' ? undefined : 'Either user id or user email must be provided';
}

function refOf({ user_id: id, user_email: email }: JsonObject): object {
  return { user_id: id ?? null, user_email: email ?? null };
}

function shownLimits(team: TeamRow, budget: BudgetRow | undefined): object {
  const own = budget?.max_budget ?? null;
  const isShared = budget !== undefined && budget.budget_id === sharedBudgetOf(team);
  return {
    budget_id: budget?.budget_id ?? null,
    max_budget: own,
    max_budget_source: own === null ? null : isShared ? 'team_default' : 'member',
    tpm_limit: budget?.tpm_limit ?? null,
    rpm_limit: budget?.rpm_limit ?? null,
    budget_duration: budget?.budget_duration ?? null,
    allowed_models: budget?.allowed_models ?? null,
  };
}
