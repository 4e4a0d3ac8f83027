import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@stagegate/core-transforms';
import { doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** What checks of health have found, one row per deployment. */
export const healthChecks = pgTable('LiteLLM_HealthCheckTable', {
  health_check_id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  model_name: text().notNull(),
  model_id: text(),
  status: text().notNull(),
  healthy_count: integer().notNull().default(0),
  unhealthy_count: integer().notNull().default(0),
  error_message: text(),
  response_time_ms: doublePrecision(),
  details: jsonb().$type<JsonValue>(),
  checked_by: text(),
  checked_at: moment().notNull().defaultNow(),
  created_at: moment().notNull().defaultNow(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
});

/** A row of LiteLLM_HealthCheckTable. */
export type HealthCheckRow = typeof healthChecks.$inferSelect;
