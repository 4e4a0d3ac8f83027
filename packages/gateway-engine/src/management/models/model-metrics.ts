import { isObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import {
  countModelFailures,
  countSlowCalls,
  firstTokenLatencies,
  tokenLatencies,
  type Latency,
  type MetricScope,
} from '../../store/index.ts';
import { ask, type StoredParts } from '../parts.ts';
import { parseInstant, readText } from '../read-query.ts';
import { refuseInvalid } from '../refusal.ts';
import { dayOf } from '../spend/read-days.ts';

const DAY_MS = 86_400_000;
/** Calls that take longer are slow, unless `general_settings.alerting_threshold` is set. */
const SLOW_SECONDS = 300;
/** The reference's default model group. */
const GROUP = 'gpt-4-32k';

/** GET /model/metrics: seconds per output token, by day. */
export async function showTokenLatencies(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const scope = readScope(parts, query, 30, GROUP);
  return toDays(await ask(parts, (database) => tokenLatencies(database, scope)));
}

/** GET /model/streaming_metrics: time to first token of streams in seconds, by day; for a single day, by call. */
export async function showFirstTokenLatencies(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const { from, to, modelGroup } = readScope(parts, query, 7, '');
  const each = dayOf(from.getTime()) === dayOf(to.getTime());
  return toDays(await ask(parts, (database) => firstTokenLatencies(database, { from, to, modelGroup }, each)));
}

/** GET /model/metrics/slow_responses */
export async function showSlowCalls(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const scope = readScope(parts, query, 30, GROUP);
  const general = parts.config.shown['general_settings'];
  const said = isObject(general) ? Number(general['alerting_threshold']) : Number.NaN;
  const seconds = said >= 1 ? Math.trunc(said) : SLOW_SECONDS;
  const rows = await ask(parts, (database) => countSlowCalls(database, scope, seconds));
  return rows.map(({ api_base: base, ...counts }) => ({ api_base: withoutPath(base ?? ''), ...counts }));
}

/** GET /model/metrics/exceptions: failed calls, counted by model and kind of error. */
export async function showFailures(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const { from, to, modelGroup } = readScope(parts, query, 30, '');
  const rows = await ask(parts, (database) => countModelFailures(database, { from, to, modelGroup }));
  const models = Map.groupBy(rows, ({ model, api_base: base }) => (base === null || base === '' ? model : `${model}-${base}`));
  const data = [...models].map(([model, some]) => ({
    model,
    total_exceptions: some.reduce((sum, { count }) => sum + count, 0),
    ...Object.fromEntries(some.map(({ kind, count }) => [kind, count])),
  }));
  return {
    data: data.toSorted((one, other) => other.total_exceptions - one.total_exceptions),
    exception_types: [...new Set(rows.map(({ kind }) => kind))],
  };
}

function readScope({ clock }: StoredParts, query: URLSearchParams, days: number, otherwise: string): MetricScope {
  const named = (name: string): string | undefined => {
    const text = readText(query, name);
    return text === 'undefined' ? undefined : text;
  };
  const nowMs = clock.nowMs();
  return {
    modelGroup: readText(query, '_selected_model_group') ?? otherwise,
    from: readTime(query, 'startTime') ?? new Date(nowMs - days * DAY_MS),
    to: readTime(query, 'endTime') ?? new Date(nowMs),
    keyHash: named('api_key'),
    endUser: named('customer'),
  };
}

function readTime(query: URLSearchParams, name: string): Date | undefined {
  const text = readText(query, name);
  const time = text === undefined ? undefined : parseInstant(text);
  if (text === undefined || time !== undefined) return time;
  throw refuseInvalid([{ type: 'datetime_from_date_parsing', loc: ['query', name], msg: 'Input should be a valid datetime or date' }]);
}

interface Days {
  readonly data: readonly Readonly<Record<string, string | number>>[];
  readonly all_api_bases: readonly string[];
}

/** One entry for each day, with one member for each host or model that answered. */
function toDays(rows: readonly Latency[]): Days {
  const named = rows.map(({ api_base: base, model, ...row }) => ({
    ...row,
    name: withoutPath(base?.includes('https://') === true ? base : model),
  }));
  const days = [...Map.groupBy(named, ({ at }) => at)].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    data: days.map(([date, some]) => ({ date, ...Object.fromEntries(some.map(({ name, seconds }) => [name, seconds])) })),
    all_api_bases: [...new Set(named.map(({ name }) => name))],
  };
}

function withoutPath(base: string): string {
  return base.split('/openai/', 1)[0] ?? '';
}
