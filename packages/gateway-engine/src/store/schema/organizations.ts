import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@stagegate/core-transforms';
import { doublePrecision, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** Organisations. */
export const organizations = pgTable('LiteLLM_OrganizationTable', {
  organization_id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  organization_alias: text().notNull(),
  budget_id: text().notNull(),
  metadata: jsonb().$type<JsonValue>().notNull().default({}),
  models: text().array(),
  spend: doublePrecision().notNull().default(0),
  model_spend: jsonb().$type<JsonValue>().notNull().default({}),
  object_permission_id: text(),
  created_at: moment().notNull().defaultNow(),
  created_by: text().notNull(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  updated_by: text().notNull(),
});

/** A row of LiteLLM_OrganizationTable. */
export type OrganizationRow = typeof organizations.$inferSelect;

/** Who belongs to an organisation, and as what. */
export const organizationMemberships = pgTable(
  'LiteLLM_OrganizationMembership',
  {
    user_id: text().notNull(),
    organization_id: text().notNull(),
    user_role: text(),
    spend: doublePrecision().default(0),
    budget_id: text(),
    created_at: moment().defaultNow(),
    updated_at: moment().$defaultFn(now).$onUpdate(now),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.organization_id] })],
);

/** A row of LiteLLM_OrganizationMembership. */
export type OrganizationMembershipRow = typeof organizationMemberships.$inferSelect;
