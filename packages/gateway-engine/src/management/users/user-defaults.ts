import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import { tables, type Database, type UserRow } from '../../store/index.ts';
import { toBudgetReset } from '../durations.ts';
import type { ManagementParts } from '../parts.ts';

/** What a new user begins with where nothing is said; a proxy's admin is made as he is asked for. Source: LiteLLM 1.106.2. */
export function withUserDefaults({ config }: ManagementParts, fields: JsonObject): JsonObject {
  if (fields['user_role'] === 'proxy_admin') return fields;
  const filled = Object.entries(config.tenants.userDefaults).filter(([name]) => name !== 'available_teams' && isUnsaid(name, fields[name]));
  return withInternalBudget({ config }, { ...fields, ...Object.fromEntries(filled) });
}

/** The budget of internal users, for whoever is to be one and has none. */
export function withInternalBudget({ config }: Pick<ManagementParts, 'config'>, fields: JsonObject): JsonObject {
  if (fields['user_role'] !== 'internal_user') return fields;
  const filled = Object.entries(config.tenants.internalUserBudget).filter(([name]) => isUnsaid(name, fields[name]));
  return filled.length === 0 ? fields : { ...fields, ...Object.fromEntries(filled) };
}

function isUnsaid(name: string, value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (name === 'models' && Array.isArray(value) && value.length === 0);
}

/** Writes a user whom somebody named and who is not there yet: with what new users begin with, and no role but that of every user. */
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
