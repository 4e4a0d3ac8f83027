import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@stagegate/core-transforms';
import { bigint, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** Sections of the configuration that overlay the file. */
export const configSettings = pgTable('LiteLLM_Config', {
  param_name: text().notNull().primaryKey(),
  param_value: jsonb().$type<JsonValue>(),
  last_run_at: moment(),
  reload_revision: bigint({ mode: 'number' }).notNull().default(0),
});

/** A row of LiteLLM_Config. */
export type ConfigSettingRow = typeof configSettings.$inferSelect;

/** Settings of integrations that overlay the file. */
export const configOverrides = pgTable('LiteLLM_ConfigOverrides', {
  config_type: text().notNull().primaryKey(),
  config_value: jsonb().$type<JsonValue>().notNull(),
  created_at: moment().notNull().defaultNow(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
});

/** A row of LiteLLM_ConfigOverrides. */
export type ConfigOverrideRow = typeof configOverrides.$inferSelect;

/** Settings of the admin page. */
export const uiSettings = pgTable('LiteLLM_UISettings', {
  id: text().notNull().default('ui_settings').primaryKey(),
  ui_settings: jsonb().$type<JsonValue>().notNull(),
  created_at: moment().notNull().defaultNow(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
});

/** A row of LiteLLM_UISettings. */
export type UiSettingsRow = typeof uiSettings.$inferSelect;

/** Who changed what. */
export const auditLogs = pgTable('LiteLLM_AuditLog', {
  id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  updated_at: moment().notNull().defaultNow(),
  changed_by: text().notNull().default(''),
  changed_by_api_key: text().notNull().default(''),
  action: text().notNull(),
  table_name: text().notNull(),
  object_id: text().notNull(),
  before_value: jsonb().$type<JsonValue>(),
  updated_values: jsonb().$type<JsonValue>(),
});

/** A row of LiteLLM_AuditLog. */
export type AuditLogRow = typeof auditLogs.$inferSelect;
export type NewAuditLogRow = typeof auditLogs.$inferInsert;
