import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { Caller } from '../../ports/index.ts';
import { tables, type BudgetRow, type Database, type TeamRow } from '../../store/index.ts';
import { nameOf } from '../callers.ts';
import { toBudgetReset } from '../durations.ts';
import type { StoredParts } from '../parts.ts';
import type { Fields } from '../read-fields.ts';
import { refuseInDetail } from '../refusal.ts';
import { pythonNumber } from '../../text/index.ts';

/** The limits of a member within a team, in a body. */
export const MEMBER_LIMITS: Fields = {
  max_budget_in_team: 'number',
  tpm_limit: 'integer',
  rpm_limit: 'integer',
  budget_duration: 'text',
  allowed_models: 'texts',
};

/** The id of the budget shared by all members of a team who have none of their own. */
export function sharedBudgetOf({ metadata }: TeamRow): string | undefined {
  const shared = isObject(metadata) ? metadata['team_member_budget_id'] : undefined;
  return typeof shared === 'string' ? shared : undefined;
}

/** Refuses a budget below zero. */
export function checkMemberMoney(max: unknown): void {
  if (typeof max === 'number' && max < 0)
    throw refuseInDetail(400, { error: `max_budget_in_team must be non-negative. Received: ${pythonNumber(max)}` });
}

/** Inserts the budget of new members. out: its id; undefined where no limit was sent. */
export async function insertMemberBudget(
  parts: StoredParts,
  transaction: Database,
  caller: Caller,
  fields: JsonObject,
): Promise<string | undefined> {
  const { max_budget_in_team: max, budget_duration: period, allowed_models: models } = fields;
  if ([max, period, models].every((value) => value === undefined || value === null)) return undefined;
  checkMemberMoney(max);
  const row = await tables.budgets.insert(transaction, {
    max_budget: typeof max === 'number' ? max : null,
    ...(Array.isArray(models) && { allowed_models: models.map(String) }),
    ...toBudgetReset(period, parts.clock.nowMs()),
    created_by: nameOf(caller),
    updated_by: nameOf(caller),
  });
  return row.budget_id;
}

/** A member of a team, and the limits that were sent for him. */
export interface MemberChange {
  readonly team: TeamRow;
  readonly userId: string;
  readonly fields: JsonObject;
}

/**
 * Writes a member's own limits. Limits that are not sent stay, and null removes one; a member without any is back at the budget that all
 * members share. A budget that others share is not changed: the member gets a copy of his own.
 *
 * source: LiteLLM 1.106.2, upsert_budget_and_membership.
 */
export async function writeMemberBudget(
  parts: StoredParts,
  transaction: Database,
  caller: Caller,
  { team, userId, fields }: MemberChange,
): Promise<void> {
  const columns = toColumns(fields, parts.clock.nowMs());
  if (Object.keys(columns).length === 0) return;
  const where = { user_id: userId, team_id: team.team_id };
  const membership = await tables.teamMemberships.find(transaction, where);
  const old = membership?.budget_id ?? undefined;
  const base = old === undefined ? undefined : await tables.budgets.find(transaction, { budget_id: old });
  const limits = { ...base, ...columns };
  if (membership !== undefined && !isLimit(limits)) {
    await tables.teamMemberships.update(transaction, where, { budget_id: sharedBudgetOf(team) ?? null });
    return;
  }
  const by = { created_by: nameOf(caller), updated_by: nameOf(caller) };
  const isOwn =
    old !== undefined && old !== sharedBudgetOf(team) && (await tables.teamMemberships.count(transaction, { budget_id: old })) < 2;
  if (isOwn) {
    await tables.budgets.update(transaction, { budget_id: old }, { ...columns, updated_by: by.updated_by });
    return;
  }
  if (!isLimit(limits)) return;
  const { budget_id: _others, ...copied } = limits;
  const own = await tables.budgets.insert(transaction, { ...copied, ...by });
  if (membership === undefined) await tables.teamMemberships.insert(transaction, { ...where, budget_id: own.budget_id });
  else await tables.teamMemberships.update(transaction, where, { budget_id: own.budget_id });
}

/** Whether a budget limits anything. Source: LiteLLM 1.106.2, _has_meaningful_budget_limit. */
function isLimit(limits: Partial<BudgetRow>): boolean {
  return LIMITS.some((name) => {
    const value = limits[name] ?? null;
    return Array.isArray(value) ? value.length > 0 : value !== null;
  });
}

const LIMITS = [
  'max_budget',
  'soft_budget',
  'max_parallel_requests',
  'tpm_limit',
  'rpm_limit',
  'model_max_budget',
  'budget_duration',
  'allowed_models',
  'temp_budget_increase',
  'temp_budget_expiry',
] as const;

function toColumns(fields: JsonObject, nowMs: number): Partial<BudgetRow> {
  const { max_budget_in_team: max, budget_duration: period, allowed_models: models, tpm_limit: tpm, rpm_limit: rpm } = fields;
  return {
    ...(max !== undefined && { max_budget: typeof max === 'number' ? max : null }),
    ...(tpm !== undefined && { tpm_limit: typeof tpm === 'number' ? tpm : null }),
    ...(rpm !== undefined && { rpm_limit: typeof rpm === 'number' ? rpm : null }),
    ...(models !== undefined && { allowed_models: Array.isArray(models) ? models.map(String) : [] }),
    ...toBudgetReset(period, nowMs),
  };
}
