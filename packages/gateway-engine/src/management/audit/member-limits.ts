import type { JsonObject } from '@stagegate/core-transforms';
import { tables, type Database } from '../../store/index.ts';
import { toPlain } from '../../text/index.ts';
import { ROWS_MAX } from '../rows-max.ts';
import type { AuditedRows, AuditRule } from './audit-rules.ts';

/** Audits the limits of each member within a team, under the team's id. Source: LiteLLM 1.106.2, what its bulk_update writes. */
export const MEMBER_LIMITS: AuditRule = {
  table: 'LiteLLM_TeamTable',
  action: 'updated',
  shows: 'row',
  before: (database, { places }) => read(database, places['team_id'] ?? ''),
  after: (database, [teamId = '']) => read(database, teamId),
};

async function read(database: Database, teamId: string): Promise<AuditedRows> {
  const memberships = await tables.teamMemberships.list(database, { team_id: teamId }, { sortBy: 'user_id', limit: ROWS_MAX });
  const ids = memberships.flatMap(({ budget_id: id }) => id ?? []);
  const budgets = await tables.budgets.list(database, { budget_id: { in: ids } }, { sortBy: 'budget_id', limit: ROWS_MAX });
  const limits = memberships.map(({ user_id, budget_id }) => {
    const {
      max_budget = null,
      tpm_limit = null,
      rpm_limit = null,
      budget_duration = null,
      budget_reset_at = null,
      allowed_models = null,
    } = budgets.find((budget) => budget.budget_id === budget_id) ?? {};
    return { user_id, budget_id, max_budget, tpm_limit, rpm_limit, budget_duration, budget_reset_at, allowed_models };
  });
  return new Map([[teamId, { team_member_budgets: toPlain(limits.map(withoutNulls)) } as JsonObject]]);
}

function withoutNulls(limits: object): object {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== null));
}
