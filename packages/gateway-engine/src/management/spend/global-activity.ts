import type { Caller, ManagedCall } from '../../ports/index.ts';
import { callsByDay, callsByModel, rateRefusals, type DayOfRefusals, type ReportScope } from '../../store/index.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail } from '../refusal.ts';
import { onlyUser } from './log-scope.ts';
import { dayAfter, MONTHS, readDayRange } from './read-days.ts';

const MODELS_MAX = 10;

/** GET /global/activity: calls and tokens by day; only the caller's own if he may not see all. */
export async function showActivity(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  return toDaily(await ask(parts, (database) => callsByDay(database, toScope(caller, query))));
}

/** GET /global/activity/model: the same for the ten models with the most calls. */
export async function showModelActivity(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const rows = await ask(parts, (database) => callsByModel(database, toScope(caller, query)));
  const models = [...Map.groupBy(rows, ({ model_group: group }) => group)].map(([model, days]) => ({ model, ...toDaily(days, model) }));
  return models.toSorted((one, other) => other.sum_api_requests - one.sum_api_requests).slice(0, MODELS_MAX);
}

interface Daily {
  readonly daily_data: readonly Readonly<Record<string, unknown>>[];
  readonly sum_api_requests: number;
  readonly sum_total_tokens: number;
}

function toDaily(days: Awaited<ReturnType<typeof callsByDay>>, model?: string): Daily {
  return {
    daily_data: days.map(({ day, api_requests, total_tokens }) => ({
      ...(model !== undefined && { model_group: model }),
      date: toDate(day),
      api_requests,
      total_tokens,
    })),
    sum_api_requests: days.reduce((sum, { api_requests: calls }) => sum + calls, 0),
    sum_total_tokens: days.reduce((sum, { total_tokens: tokens }) => sum + tokens, 0),
  };
}

/** GET /global/activity/exceptions: calls that a provider refused for a rate limit, by day. */
export async function showRefusals(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const days = Map.groupBy(await readRefusals(parts, call), ({ day }) => day);
  return toRefusals([...days].map(([day, some]) => ({ day, count: some.reduce((sum, { count }) => sum + count, 0) })));
}

/** GET /global/activity/exceptions/deployment: the same by the provider's base URL. */
export async function showDeploymentRefusals(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const bases = Map.groupBy(await readRefusals(parts, call), ({ api_base: base }) => base);
  const shown = [...bases].map(([base, days]) => ({ api_base: base, ...toRefusals(days, base) }));
  return shown.toSorted((one, other) => other.sum_num_rate_limit_exceptions - one.sum_num_rate_limit_exceptions).slice(0, MODELS_MAX);
}

function readRefusals(parts: StoredParts, { caller, query }: ManagedCall): Promise<readonly DayOfRefusals[]> {
  const group = readText(query, 'model_group');
  if (group === undefined) throw refuseInDetail(422, [{ type: 'missing', loc: ['query', 'model_group'], msg: 'Field required' }]);
  return ask(parts, (database) => rateRefusals(database, toScope(caller, query), group));
}

interface Refusals {
  readonly daily_data: readonly Readonly<Record<string, unknown>>[];
  readonly sum_num_rate_limit_exceptions: number;
}

function toRefusals(days: readonly Pick<DayOfRefusals, 'day' | 'count'>[], base?: string): Refusals {
  return {
    daily_data: days.map(({ day, count }) => ({
      ...(base !== undefined && { api_base: base }),
      date: toDate(day),
      num_rate_limit_exceptions: count,
    })),
    sum_num_rate_limit_exceptions: days.reduce((sum, { count }) => sum + count, 0),
  };
}

function toScope(caller: Caller, query: URLSearchParams): ReportScope {
  const { fromMs, toMs } = readDayRange(query);
  return { from: new Date(fromMs), before: dayAfter(toMs), user: onlyUser(caller) };
}

/** `2026-01-22` as `Jan 22`. */
function toDate(day: string): string {
  return `${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(8)}`;
}
