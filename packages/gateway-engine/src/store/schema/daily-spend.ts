import { bigint, doublePrecision, pgTable, text } from 'drizzle-orm/pg-core';
import { moment, now } from './columns.ts';

/** What one day of one model came to for somebody: the columns that all daily tables share. A day is a text, YYYY-MM-DD, UTC. */
const dayColumns = () => ({
  id: text()
    .notNull()
    .primaryKey()
    .$defaultFn(() => crypto.randomUUID()),
  date: text().notNull(),
  api_key: text().notNull(),
  model: text(),
  model_group: text(),
  custom_llm_provider: text(),
  mcp_namespaced_tool_name: text(),
  endpoint: text(),
  prompt_tokens: bigint({ mode: 'number' }).notNull().default(0),
  completion_tokens: bigint({ mode: 'number' }).notNull().default(0),
  cache_read_input_tokens: bigint({ mode: 'number' }).notNull().default(0),
  cache_creation_input_tokens: bigint({ mode: 'number' }).notNull().default(0),
  spend: doublePrecision().notNull().default(0),
  compression_saved_tokens: bigint({ mode: 'number' }).notNull().default(0),
  compression_savings_spend: doublePrecision().notNull().default(0),
  prompt_caching_savings_spend: doublePrecision().notNull().default(0),
  gateway_injected_caching_savings_spend: doublePrecision().notNull().default(0),
  autorouter_savings_spend: doublePrecision().notNull().default(0),
  api_requests: bigint({ mode: 'number' }).notNull().default(0),
  successful_requests: bigint({ mode: 'number' }).notNull().default(0),
  failed_requests: bigint({ mode: 'number' }).notNull().default(0),
  total_response_time_ms: bigint({ mode: 'number' }).notNull().default(0),
  timed_requests: bigint({ mode: 'number' }).notNull().default(0),
  updated_at: moment().notNull().$defaultFn(now).$onUpdate(now),
});

/** What users spent, day by day; unknown users have an empty name. */
export const dailyUserSpend = pgTable('LiteLLM_DailyUserSpend', { ...dayColumns(), user_id: text() });

/** The same of teams. */
export const dailyTeamSpend = pgTable('LiteLLM_DailyTeamSpend', { ...dayColumns(), team_id: text() });

/** The same of organisations. */
export const dailyOrganizationSpend = pgTable('LiteLLM_DailyOrganizationSpend', { ...dayColumns(), organization_id: text() });

/** The same of customers. */
export const dailyEndUserSpend = pgTable('LiteLLM_DailyEndUserSpend', { ...dayColumns(), end_user_id: text() });

/** The same of tags; `request_id` is one of the calls, whichever. */
export const dailyTagSpend = pgTable('LiteLLM_DailyTagSpend', { ...dayColumns(), tag: text(), request_id: text() });
