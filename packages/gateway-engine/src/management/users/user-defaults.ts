import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import { tables, type Database, type UserRow } from '../../store/index.ts';
import { toBudgetReset } from '../durations.ts';
import type { ManagementParts } from '../parts.ts';

/** The members of a new user, with the configured defaults where none were sent. Admins of the proxy get no defaults. Source: LiteLLM 1.106.2. */
export function withUserDefaults({ config }: ManagementParts, fields: JsonObject): JsonObject {
  if (fields['user_role'] === 'proxy_admin') return fields;
  const filled = Object.entries(config.tenants.userDefaults).filter(([name]) => name !== 'available_teams' && isUnsaid(name, fields[name]));
  return withInternalBudget({ config }, { ...fields, ...Object.fromEntries(filled) });
}

/** Adds the configured budget of internal users to a user with that role, where he has none of his own. */
export function withInternalBudget({ config }: Pick<ManagementParts, 'config'>, fields: JsonObject): JsonObject {
  if (fields['user_role'] !== 'internal_user') return fields;
  const filled = Object.entries(config.tenants.internalUserBudget).filter(([name]) => isUnsaid(name, fields[name]));
  return filled.length === 0 ? fields : { ...fields, ...Object.fromEntries(filled) };
}

function isUnsaid(name: string, value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (name === 'models' && Array.isArray(value) && value.length === 0);
}

/** Inserts a user whom a call names and who does not exist yet, with the configured defaults and the role `internal_user`. */
export function insertNamedUser(
  { config, clock }: ManagementParts,
  transaction: Database,
  named: { readonly id: string | null; readonly email: string | null },
  teams: string[],
): Promise<UserRow> {
  const { models, max_budget: max, budget_duration: period } = { ...config.tenants.internalUserBudget, ...config.tenants.userDefaults };
  return tables.users.insert(transaction, {
    user_id: named.id ?? randomUUID(),
    user_email: named.email,
    user_role: 'internal_user',
    teams,
    models: Array.isArray(models) ? models.map(String) : [],
    ...(typeof max === 'number' && { max_budget: max }),
    ...toBudgetReset(period, clock.nowMs()),
  });
}
