import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@stagegate/core-transforms';
import { boolean, doublePrecision, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** Which tools, stores and agents its owner may use. */
export const objectPermissions = pgTable('LiteLLM_ObjectPermissionTable', {
  object_permission_id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  mcp_servers: text().array().default([]),
  mcp_access_groups: text().array().default([]),
  mcp_tool_permissions: jsonb().$type<JsonValue>(),
  vector_stores: text().array().default([]),
  agents: text().array().default([]),
  agent_access_groups: text().array().default([]),
  models: text().array().default([]),
  blocked_tools: text().array().default([]),
  mcp_toolsets: text().array().default([]),
  search_tools: text().array().default([]),
  mcp_tool_search_enabled: boolean(),
  skills: text().array().default([]),
});

/** A row of LiteLLM_ObjectPermissionTable. */
export type ObjectPermissionRow = typeof objectPermissions.$inferSelect;

/** Groups of models, tools and agents that keys and teams are let into. */
export const accessGroups = pgTable('LiteLLM_AccessGroupTable', {
  access_group_id: text().notNull().$defaultFn(randomUUID).primaryKey(),
  access_group_name: text().notNull(),
  description: text(),
  access_model_names: text().array().default([]),
  access_mcp_server_ids: text().array().default([]),
  access_agent_ids: text().array().default([]),
  assigned_team_ids: text().array().default([]),
  assigned_key_ids: text().array().default([]),
  created_at: moment().notNull().defaultNow(),
  created_by: text(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
  updated_by: text(),
});

/** A row of LiteLLM_AccessGroupTable. */
export type AccessGroupRow = typeof accessGroups.$inferSelect;

/** Tags with their models and budgets. */
export const tags = pgTable('LiteLLM_TagTable', {
  tag_name: text().notNull().primaryKey(),
  description: text(),
  models: text().array(),
  model_info: jsonb().$type<JsonValue>(),
  spend: doublePrecision().notNull().default(0),
  budget_id: text(),
  created_at: moment().notNull().defaultNow(),
  created_by: text(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
});

/** A row of LiteLLM_TagTable. */
export type TagRow = typeof tags.$inferSelect;
