import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@stagegate/core-transforms';
import { bigint, boolean, doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** Users. */
export const users = pgTable('LiteLLM_UserTable', {
  user_id: text().notNull().primaryKey(),
  user_alias: text(),
  team_id: text(),
  sso_user_id: text(),
  organization_id: text(),
  object_permission_id: text(),
  password: text(),
  password_reset_required: boolean(),
  last_breach_check_at: moment(),
  teams: text().array().default([]),
  user_role: text(),
  max_budget: doublePrecision(),
  spend: doublePrecision().notNull().default(0),
  user_email: text(),
  models: text().array(),
  metadata: jsonb().$type<JsonValue>().notNull().default({}),
  max_parallel_requests: integer(),
  tpm_limit: bigint({ mode: 'number' }),
  rpm_limit: bigint({ mode: 'number' }),
  budget_duration: text(),
  budget_reset_at: moment(),
  allowed_cache_controls: text().array().default([]),
  policies: text().array().default([]),
  model_spend: jsonb().$type<JsonValue>().notNull().default({}),
  model_max_budget: jsonb().$type<JsonValue>().notNull().default({}),
  created_at: moment().defaultNow(),
  updated_at: moment().$defaultFn(now).$onUpdate(now),
});

/** A row of LiteLLM_UserTable. */
export type UserRow = typeof users.$inferSelect;

/** Customers: the users of those who call. */
export const endUsers = pgTable('LiteLLM_EndUserTable', {
  user_id: text().notNull().primaryKey(),
  alias: text(),
  spend: doublePrecision().notNull().default(0),
  allowed_model_region: text(),
  default_model: text(),
  models: text().array().default([]),
  budget_id: text(),
  object_permission_id: text(),
  blocked: boolean().notNull().default(false),
});

/** A row of LiteLLM_EndUserTable. */
export type EndUserRow = typeof endUsers.$inferSelect;

/** Invitations that users have or have not taken up. */
export const invitationLinks = pgTable('LiteLLM_InvitationLink', {
  id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  user_id: text().notNull(),
  is_accepted: boolean().notNull().default(false),
  accepted_at: moment(),
  expires_at: moment().notNull(),
  created_at: moment().notNull(),
  created_by: text().notNull(),
  updated_at: moment().notNull(),
  updated_by: text().notNull(),
});

/** A row of LiteLLM_InvitationLink. */
export type InvitationLinkRow = typeof invitationLinks.$inferSelect;
