import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { endUsers, organizations, projects, teams, users, verificationTokens } from '../schema/index.ts';

/** The columns of a key that decide who calls and what he may do. Not `*`: a newer database may have more, and keys are read often. */
export const KEY_COLUMNS = {
  token: verificationTokens.token,
  key_name: verificationTokens.key_name,
  key_alias: verificationTokens.key_alias,
  spend: verificationTokens.spend,
  expires: verificationTokens.expires,
  models: verificationTokens.models,
  aliases: verificationTokens.aliases,
  user_id: verificationTokens.user_id,
  team_id: verificationTokens.team_id,
  project_id: verificationTokens.project_id,
  organization_id: verificationTokens.organization_id,
  max_parallel_requests: verificationTokens.max_parallel_requests,
  metadata: verificationTokens.metadata,
  blocked: verificationTokens.blocked,
  tpm_limit: verificationTokens.tpm_limit,
  rpm_limit: verificationTokens.rpm_limit,
  tpd_limit: verificationTokens.tpd_limit,
  max_budget: verificationTokens.max_budget,
  allowed_routes: verificationTokens.allowed_routes,
  policies: verificationTokens.policies,
  access_group_ids: verificationTokens.access_group_ids,
  model_max_budget: verificationTokens.model_max_budget,
  budget_limits: verificationTokens.budget_limits,
  budget_fallbacks: verificationTokens.budget_fallbacks,
  router_settings: verificationTokens.router_settings,
} as const;

/** The names of the columns that are read of a budget. */
export type BudgetColumn =
  | 'budget_id'
  | 'max_budget'
  | 'tpm_limit'
  | 'rpm_limit'
  | 'tpd_limit'
  | 'max_parallel_requests'
  | 'model_max_budget'
  | 'allowed_models'
  | 'temp_budget_increase'
  | 'temp_budget_expiry';

/** The columns of a budget, from its table or an alias of it in a query. */
export function budgetColumns<Table extends Readonly<Record<BudgetColumn, AnyPgColumn>>>(table: Table): Pick<Table, BudgetColumn> {
  return {
    // First, because Drizzle takes a joined row for absent where its first column is null.
    budget_id: table.budget_id,
    max_budget: table.max_budget,
    tpm_limit: table.tpm_limit,
    rpm_limit: table.rpm_limit,
    tpd_limit: table.tpd_limit,
    max_parallel_requests: table.max_parallel_requests,
    model_max_budget: table.model_max_budget,
    allowed_models: table.allowed_models,
    temp_budget_increase: table.temp_budget_increase,
    temp_budget_expiry: table.temp_budget_expiry,
  };
}

/** The columns that are read of a team. */
export const TEAM_COLUMNS = {
  team_id: teams.team_id,
  team_alias: teams.team_alias,
  organization_id: teams.organization_id,
  metadata: teams.metadata,
  max_budget: teams.max_budget,
  spend: teams.spend,
  models: teams.models,
  max_parallel_requests: teams.max_parallel_requests,
  tpm_limit: teams.tpm_limit,
  rpm_limit: teams.rpm_limit,
  tpd_limit: teams.tpd_limit,
  blocked: teams.blocked,
  model_max_budget: teams.model_max_budget,
  access_group_ids: teams.access_group_ids,
  policies: teams.policies,
  budget_limits: teams.budget_limits,
  router_settings: teams.router_settings,
} as const;

/** The columns that are read of a user. */
export const USER_COLUMNS = {
  user_id: users.user_id,
  user_role: users.user_role,
  max_budget: users.max_budget,
  spend: users.spend,
  models: users.models,
  metadata: users.metadata,
  max_parallel_requests: users.max_parallel_requests,
  tpm_limit: users.tpm_limit,
  rpm_limit: users.rpm_limit,
  policies: users.policies,
  model_max_budget: users.model_max_budget,
} as const;

/** The columns that are read of a project. */
export const PROJECT_COLUMNS = {
  project_id: projects.project_id,
  metadata: projects.metadata,
  models: projects.models,
  spend: projects.spend,
  blocked: projects.blocked,
  model_rpm_limit: projects.model_rpm_limit,
  model_tpm_limit: projects.model_tpm_limit,
} as const;

/** The columns that are read of an organisation. */
export const ORGANIZATION_COLUMNS = {
  organization_id: organizations.organization_id,
  models: organizations.models,
  spend: organizations.spend,
  metadata: organizations.metadata,
} as const;

/** The columns that are read of a customer. */
export const END_USER_COLUMNS = {
  user_id: endUsers.user_id,
  spend: endUsers.spend,
  allowed_model_region: endUsers.allowed_model_region,
  models: endUsers.models,
  blocked: endUsers.blocked,
} as const;
