import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@stagegate/core-transforms';
import { boolean, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** Deployments that were added at run time. Texts in `litellm_params` are encrypted. */
export const proxyModels = pgTable('LiteLLM_ProxyModelTable', {
  model_id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  model_name: text().notNull(),
  litellm_params: jsonb().$type<JsonValue>().notNull(),
  model_info: jsonb().$type<JsonValue>(),
  blocked: boolean().notNull().default(false),
  created_at: moment().notNull().defaultNow(),
  created_by: text().notNull(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  updated_by: text().notNull(),
});

/** A row of LiteLLM_ProxyModelTable. */
export type ProxyModelRow = typeof proxyModels.$inferSelect;

/** Named credentials. The texts in `credential_values` are encrypted. */
export const credentials = pgTable('LiteLLM_CredentialsTable', {
  credential_id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  credential_name: text().notNull(),
  display_name: text(),
  credential_values: jsonb().$type<JsonValue>().notNull(),
  credential_info: jsonb().$type<JsonValue>(),
  created_at: moment().notNull().defaultNow(),
  created_by: text().notNull(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  updated_by: text().notNull(),
});

/** A row of LiteLLM_CredentialsTable. */
export type CredentialRow = typeof credentials.$inferSelect;
