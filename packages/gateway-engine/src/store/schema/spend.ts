import type { JsonValue } from '@stagegate/core-transforms';
import { doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** One row per call. */
export const spendLogs = pgTable('LiteLLM_SpendLogs', {
  request_id: text().notNull().primaryKey(),
  call_type: text().notNull(),
  api_key: text().notNull().default(''),
  spend: doublePrecision().notNull().default(0),
  total_tokens: integer().notNull().default(0),
  prompt_tokens: integer().notNull().default(0),
  completion_tokens: integer().notNull().default(0),
  startTime: moment('startTime').notNull(),
  endTime: moment('endTime').notNull(),
  request_duration_ms: integer(),
  completionStartTime: moment('completionStartTime'),
  model: text().notNull().default(''),
  model_id: text().default(''),
  model_group: text().default(''),
  custom_llm_provider: text().default(''),
  api_base: text().default(''),
  user: text().default(''),
  metadata: jsonb().$type<JsonValue>().default({}),
  cache_hit: text().default(''),
  cache_key: text().default(''),
  request_tags: jsonb().$type<JsonValue>().default([]),
  team_id: text(),
  organization_id: text(),
  end_user: text(),
  requester_ip_address: text(),
  messages: jsonb().$type<JsonValue>().default({}),
  response: jsonb().$type<JsonValue>().default({}),
  proxy_server_request: jsonb().$type<JsonValue>().default({}),
  mcp_namespaced_tool_name: text(),
  agent_id: text(),
  session_id: text(),
  status: text(),
  litellm_call_id: text(),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
});

/** A row of LiteLLM_SpendLogs, before it is written. */
export type NewSpendLogRow = typeof spendLogs.$inferInsert;
