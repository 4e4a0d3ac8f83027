import type { ManagedCall } from '../../ports/index.ts';
import { spendBy, spendByDay, spendByTeam, tables, type DayOfSpend, type ReportScope, type TeamDay } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { toHash } from '../keys/key-access.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { readCount, readText } from '../read-query.ts';
import { refuse, refuseInDetail } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { dayAfter, parseDay, readDayRange } from './read-days.ts';

const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;
const TOP_CUSTOMERS = 100;
const TOP_TEAMS = 10;

/** The last thirty whole days, UTC, and today. */
function lastMonth({ clock }: StoredParts): ReportScope {
  const nowMs = clock.nowMs();
  return { from: new Date(nowMs - (nowMs % DAY_MS) - MONTH_DAYS * DAY_MS) };
}

/** GET /global/spend: the spend of the last thirty days, in USD. */
export async function showGlobalSpend(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  const days = await ask(parts, (database) => spendByDay(database, lastMonth(parts)));
  return { spend: sumOf(days), max_budget: parts.config.proxyBudget?.maxUsd ?? 0 };
}

/** GET /global/spend/logs: the same by day, of all keys or of one. */
export async function listGlobalDays(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const key = readText(query, 'api_key');
  const hash = key === undefined ? undefined : toHash(key);
  const rows = await ask(parts, (database) => spendByDay(database, { ...lastMonth(parts), key: hash }));
  const days = Map.groupBy(rows, ({ date }) => date);
  return [...days].map(([date, ofDay]) => ({ date, spend: sumOf(ofDay), ...(hash !== undefined && { api_key: hash }) }));
}

/** GET /global/spend/keys: keys by their spend in the last thirty days, highest first. */
export async function listGlobalKeys(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const limit = readCount(query, 'limit', { absent: ROWS_MAX, min: 1, max: ROWS_MAX });
  return ask(parts, async (database) => {
    const rows = await spendBy(database, 'api_key', lastMonth(parts), limit);
    const hashes = rows.map(({ name }) => name ?? '');
    const keys = await tables.keys.list(database, { token: { in: hashes } }, { sortBy: 'token', limit: ROWS_MAX });
    return rows.map(({ name, total_spend }) => {
      const key = keys.find(({ token }) => token === name);
      return { api_key: name, key_alias: key?.key_alias ?? null, key_name: key?.key_name ?? null, total_spend };
    });
  });
}

/** GET /global/spend/models */
export async function listGlobalModels(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const limit = readCount(query, 'limit', { absent: 10, min: 1, max: ROWS_MAX });
  const rows = await ask(parts, (database) => spendBy(database, 'model', lastMonth(parts), limit + 1));
  const named = rows.filter(({ name }) => name !== '').slice(0, limit);
  return named.map(({ name, total_spend }) => ({ model: name, total_spend }));
}

/** GET /global/spend/provider */
export async function listGlobalProviders(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const rows = await ask(parts, (database) => spendBy(database, 'provider', toScope(query), ROWS_MAX));
  return rows.filter(({ name }) => name !== null && name !== '').map(({ name, total_spend }) => ({ provider: name, spend: total_spend }));
}

/** GET /global/spend/teams: spend of the last thirty days by day and team, and the teams with the highest sums. */
export async function listGlobalTeams(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  const rows = await ask(parts, (database) => spendByTeam(database, lastMonth(parts)));
  const days = Map.groupBy(rows, ({ date }) => date);
  const teams = [...Map.groupBy(rows, nameOf)].map(([team, some]) => ({ team, spend: toCents(sumOf(some)) }));
  const top = teams.toSorted((one, other) => other.spend - one.spend).slice(0, TOP_TEAMS);
  return {
    daily_spend: [...days].map(([date, some]) => ({
      ...Object.fromEntries([...Map.groupBy(some, nameOf)].map(([team, ofTeam]) => [team, toCents(sumOf(ofTeam))])),
      date,
    })),
    teams: teams.map(({ team }) => team),
    total_spend_per_team: top.map(({ team, spend }) => ({ team_id: team, total_spend: spend })),
  };
}

function nameOf({ team_alias: alias }: TeamDay): string {
  return alias ?? 'Unassigned';
}

/** GET /global/spend/all_tag_names */
export async function listTagNames(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  const rows = await ask(parts, (database) => spendBy(database, 'tag', {}, ROWS_MAX));
  return { tag_names: rows.map(({ name }) => name) };
}

/** GET /global/spend/tags */
export async function listGlobalTags(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  if (readText(query, 'start_date') === undefined || readText(query, 'end_date') === undefined) {
    throw refuse(400, 'Please provide start_date and end_date', 'bad_request');
  }
  const asked = readText(query, 'tags')?.split(',');
  const tags = asked?.includes('all-tags') === true ? undefined : asked;
  const rows = await ask(parts, (database) => spendBy(database, 'tag', { ...toScope(query), tags }, ROWS_MAX));
  return { spend_per_tag: rows.map(({ name, total_spend, calls }) => ({ name, spend: Number(total_spend.toFixed(4)), log_count: calls })) };
}

/** GET /global/all_end_users */
export async function listAllCustomers(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  const rows = await ask(parts, (database) => spendBy(database, 'end_user', {}, ROWS_MAX));
  return { end_users: rows.map(({ name }) => name) };
}

/** POST /global/spend/end_users: the hundred customers with the highest spend, of all keys or of one. */
export async function listGlobalCustomers(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { api_key: key, startTime, endTime } = readFields(body, { api_key: 'text', startTime: 'text', endTime: 'text' });
  const nowMs = parts.clock.nowMs();
  const scope = {
    from: readInstant(startTime, 'startTime') ?? new Date(nowMs - MONTH_DAYS * DAY_MS),
    before: readInstant(endTime, 'endTime') ?? new Date(nowMs),
    key: typeof key === 'string' ? toHash(key) : undefined,
  };
  const rows = await ask(parts, (database) => spendBy(database, 'end_user', scope, TOP_CUSTOMERS));
  return rows.map(({ name, calls, total_spend }) => ({ end_user: name, total_count: calls, total_spend }));
}

function readInstant(value: unknown, name: string): Date | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = parseDay(value) ?? Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/u.test(value) ? value : `${value}Z`);
  if (!Number.isNaN(ms)) return new Date(ms);
  throw refuseInDetail(422, [{ type: 'datetime_from_date_parsing', loc: ['body', name], msg: 'Input should be a valid datetime or date' }]);
}

/** POST /global/spend/refresh: does nothing, because sums are always computed anew. The reference refreshes a view only where there is one. */
export async function refreshGlobalSpend(_parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  return null;
}

/** POST /global/spend/reset: sets the spend of all keys and teams to 0. */
export async function resetGlobalSpend(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  await change(parts, async (transaction) => {
    await tables.keys.update(transaction, { spend: { not: 0 } }, { spend: 0 });
    await tables.teams.update(transaction, { spend: { not: 0 } }, { spend: 0 });
  });
  await announceChange(parts.store, { kind: 'all' });
  return { message: 'Spend for all API Keys and Teams reset successfully', status: 'success' };
}

const ENTERPRISE =
  'You must be a LiteLLM Enterprise user to use this feature. If you have a license please set `LITELLM_LICENSE` in your env. ' +
  'Get a 7 day trial key here: https://www.litellm.ai/enterprise#trial. \nPricing: https://www.litellm.ai/#pricing';

/** GET /global/spend/report: part of the reference's paid edition; refused as it does without a licence. */
export async function refuseGlobalReport(_parts: unknown, { query }: ManagedCall): Promise<never> {
  readDayRange(query);
  throw refuseInDetail(400, { error: `/spend/report endpoint ${ENTERPRISE}` });
}

/** GET /key/spend/report, and those of users, teams and organisations: refused for the same reason. */
export async function refuseReport(): Promise<never> {
  throw refuseInDetail(403, `/spend/report endpoint ${ENTERPRISE}`);
}

function toScope(query: URLSearchParams): ReportScope {
  const { fromMs, toMs } = readDayRange(query);
  return { from: new Date(fromMs), before: dayAfter(toMs) };
}

function sumOf(rows: readonly Pick<DayOfSpend, 'spend'>[]): number {
  return rows.reduce((sum, { spend }) => sum + spend, 0);
}

function toCents(usd: number): number {
  return Number(usd.toFixed(2));
}
