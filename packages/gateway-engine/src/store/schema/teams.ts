import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@stagegate/core-transforms';
import { bigint, boolean, doublePrecision, integer, jsonb, pgTable, primaryKey, serial, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** Teams. */
export const teams = pgTable('LiteLLM_TeamTable', {
  team_id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  team_alias: text(),
  organization_id: text(),
  object_permission_id: text(),
  admins: text().array(),
  members: text().array(),
  members_with_roles: jsonb().$type<JsonValue>().notNull().default({}),
  metadata: jsonb().$type<JsonValue>().notNull().default({}),
  max_budget: doublePrecision(),
  soft_budget: doublePrecision(),
  spend: doublePrecision().notNull().default(0),
  models: text().array(),
  max_parallel_requests: integer(),
  tpm_limit: bigint({ mode: 'number' }),
  rpm_limit: bigint({ mode: 'number' }),
  tpd_limit: bigint({ mode: 'number' }),
  budget_duration: text(),
  budget_reset_at: moment(),
  blocked: boolean().notNull().default(false),
  created_at: moment().notNull().defaultNow(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  model_spend: jsonb().$type<JsonValue>().notNull().default({}),
  model_max_budget: jsonb().$type<JsonValue>().notNull().default({}),
  router_settings: jsonb().$type<JsonValue>().default({}),
  team_member_permissions: text().array().default([]),
  access_group_ids: text().array().default([]),
  policies: text().array().default([]),
  default_team_member_models: text().array().default([]),
  budget_limits: jsonb().$type<JsonValue>(),
  model_id: integer(),
  allow_team_guardrail_config: boolean().notNull().default(false),
});

/** A row of LiteLLM_TeamTable. */
export type TeamRow = typeof teams.$inferSelect;

/** What a user has spent in a team, and the budget for it. */
export const teamMemberships = pgTable(
  'LiteLLM_TeamMembership',
  {
    user_id: text().notNull(),
    team_id: text().notNull(),
    spend: doublePrecision().notNull().default(0),
    total_spend: doublePrecision().notNull().default(0),
    budget_id: text(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.team_id] })],
);

/** A row of LiteLLM_TeamMembership. */
export type TeamMembershipRow = typeof teamMemberships.$inferSelect;

/** Projects of a team. */
export const projects = pgTable('LiteLLM_ProjectTable', {
  project_id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  project_alias: text(),
  description: text(),
  team_id: text(),
  budget_id: text(),
  metadata: jsonb().$type<JsonValue>().notNull().default({}),
  models: text().array(),
  spend: doublePrecision().notNull().default(0),
  model_spend: jsonb().$type<JsonValue>().notNull().default({}),
  model_rpm_limit: jsonb().$type<JsonValue>().notNull().default({}),
  model_tpm_limit: jsonb().$type<JsonValue>().notNull().default({}),
  blocked: boolean().notNull().default(false),
  object_permission_id: text(),
  created_at: moment().notNull().defaultNow(),
  created_by: text().notNull(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  updated_by: text().notNull(),
});

/** A row of LiteLLM_ProjectTable. */
export type ProjectRow = typeof projects.$inferSelect;

/** Model aliases of a team; the team names the row. */
export const modelAliases = pgTable('LiteLLM_ModelTable', {
  id: serial().primaryKey(),
  model_aliases: jsonb('aliases').$type<JsonValue>(),
  created_at: moment().notNull().defaultNow(),
  created_by: text().notNull(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  updated_by: text().notNull(),
});

/** A row of LiteLLM_ModelTable. */
export type ModelAliasesRow = typeof modelAliases.$inferSelect;
