import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@stagegate/core-transforms';
import { bigint, boolean, doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** Virtual keys. `token` is the sha-256 of the key; the key itself is stored nowhere. */
export const verificationTokens = pgTable('LiteLLM_VerificationToken', {
  token: text().notNull().primaryKey(),
  key_name: text(),
  key_alias: text(),
  soft_budget_cooldown: boolean().notNull().default(false),
  spend: doublePrecision().notNull().default(0),
  total_spend: doublePrecision().notNull().default(0),
  expires: moment(),
  models: text().array(),
  aliases: jsonb().$type<JsonValue>().notNull().default({}),
  config: jsonb().$type<JsonValue>().notNull().default({}),
  router_settings: jsonb().$type<JsonValue>().default({}),
  user_id: text(),
  team_id: text(),
  agent_id: text(),
  project_id: text(),
  permissions: jsonb().$type<JsonValue>().notNull().default({}),
  max_parallel_requests: integer(),
  metadata: jsonb().$type<JsonValue>().notNull().default({}),
  blocked: boolean(),
  tpm_limit: bigint({ mode: 'number' }),
  rpm_limit: bigint({ mode: 'number' }),
  tpd_limit: bigint({ mode: 'number' }),
  max_budget: doublePrecision(),
  budget_duration: text(),
  budget_reset_at: moment(),
  allowed_cache_controls: text().array().default([]),
  allowed_routes: text().array().default([]),
  key_type: text(),
  policies: text().array().default([]),
  access_group_ids: text().array().default([]),
  model_spend: jsonb().$type<JsonValue>().notNull().default({}),
  model_max_budget: jsonb().$type<JsonValue>().notNull().default({}),
  budget_fallbacks: jsonb().$type<JsonValue>().notNull().default({}),
  budget_id: text(),
  organization_id: text(),
  object_permission_id: text(),
  created_at: moment().defaultNow(),
  created_by: text(),
  updated_at: moment().$defaultFn(now).$onUpdate(now),
  updated_by: text(),
  settings_updated_at: moment(),
  last_active: moment(),
  rotation_count: integer().default(0),
  auto_rotate: boolean().default(false),
  rotation_interval: text(),
  last_rotation_at: moment(),
  key_rotation_at: moment(),
  budget_limits: jsonb().$type<JsonValue>(),
});

/** A row of LiteLLM_VerificationToken. */
export type VerificationTokenRow = typeof verificationTokens.$inferSelect;

/** Hashes of rotated keys that still work until `revoke_at`. */
export const deprecatedVerificationTokens = pgTable('LiteLLM_DeprecatedVerificationToken', {
  id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  token: text().notNull(),
  active_token_id: text().notNull(),
  revoke_at: moment().notNull(),
  created_at: moment().notNull().defaultNow(),
});

/** A row of LiteLLM_DeprecatedVerificationToken. */
export type DeprecatedVerificationTokenRow = typeof deprecatedVerificationTokens.$inferSelect;

/** Which virtual key a claim of a token stands for. */
export const jwtKeyMappings = pgTable('LiteLLM_JWTKeyMapping', {
  id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  jwt_issuer: text().notNull().default(''),
  jwt_claim_name: text().notNull(),
  jwt_claim_value: text().notNull(),
  token: text().notNull(),
  description: text(),
  is_active: boolean().notNull().default(true),
  created_at: moment().notNull().defaultNow(),
  created_by: text(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  updated_by: text(),
});

/** A row of LiteLLM_JWTKeyMapping. */
export type JwtKeyMappingRow = typeof jwtKeyMappings.$inferSelect;
