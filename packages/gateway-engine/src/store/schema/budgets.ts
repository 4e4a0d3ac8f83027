import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@stagegate/core-transforms';
import { bigint, doublePrecision, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** Budgets that keys, members, organisations, tags and customers may share. */
export const budgets = pgTable('LiteLLM_BudgetTable', {
  budget_id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  max_budget: doublePrecision(),
  soft_budget: doublePrecision(),
  max_parallel_requests: integer(),
  tpm_limit: bigint({ mode: 'number' }),
  rpm_limit: bigint({ mode: 'number' }),
  tpd_limit: bigint({ mode: 'number' }),
  model_max_budget: jsonb().$type<JsonValue>(),
  budget_duration: text(),
  budget_reset_at: moment(),
  allowed_models: text().array().default([]),
  temp_budget_increase: doublePrecision(),
  temp_budget_expiry: moment(),
  created_at: moment().notNull().defaultNow(),
  created_by: text().notNull(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  updated_by: text().notNull(),
});

/** A row of LiteLLM_BudgetTable. */
export type BudgetRow = typeof budgets.$inferSelect;

/** What was spent in the current window of a budget with several windows. */
export const budgetWindowSpends = pgTable(
  'LiteLLM_BudgetWindowSpend',
  {
    entity_type: text().notNull(),
    entity_id: text().notNull(),
    window_duration: text().notNull(),
    window_start: moment().notNull(),
    spend: doublePrecision().notNull().default(0),
    created_at: moment().notNull().defaultNow(),
    updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  },
  (table) => [primaryKey({ columns: [table.entity_type, table.entity_id, table.window_duration] })],
);

/** A row of LiteLLM_BudgetWindowSpend. */
export type BudgetWindowSpendRow = typeof budgetWindowSpends.$inferSelect;

/** Budgets of model access groups. */
export const modelAccessGroupBudgets = pgTable('LiteLLM_ModelAccessGroupBudgetTable', {
  access_group_name: text().notNull().primaryKey(),
  spend: doublePrecision().notNull().default(0),
  budget_id: text(),
  created_at: moment().notNull().defaultNow(),
  created_by: text(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  updated_by: text(),
});

/** A row of LiteLLM_ModelAccessGroupBudgetTable. */
export type ModelAccessGroupBudgetRow = typeof modelAccessGroupBudgets.$inferSelect;
