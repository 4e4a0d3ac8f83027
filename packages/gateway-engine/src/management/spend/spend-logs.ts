import type { ManagedCall } from '../../ports/index.ts';
import {
  countSpendLogs,
  findSaid,
  listSpendLogs,
  LOG_NAMES,
  LOG_SORTS,
  summedDays,
  type LogFilter,
  type SummedDay,
} from '../../store/index.ts';
import { toHash } from '../keys/key-access.ts';
import { ask, Page, type StoredParts } from '../parts.ts';
import { countPages, readFlag, readPage, readText } from '../read-query.ts';
import { refuse, refuseInDetail } from '../refusal.ts';
import { toPlain } from '../../text/index.ts';
import { findLogScope, onlyUser } from './log-scope.ts';
import { dayAfter, parseDay, readDayRange } from './read-days.ts';

/** The most rows that are counted, or shown without pages. Source: LiteLLM 1.106.2, SPEND_LOGS_PAGINATION_COUNT_CAP. */
const LOGS_MAX = 10_000;

/** GET /spend/logs/v2 and /spend/logs/ui: calls by page, without prompts and answers. */
export async function listLogsByPage(parts: StoredParts, { caller, query, path }: ManagedCall): Promise<unknown> {
  const { page, size } = readPage(query, { size: 'page_size', sizeDefault: 50, sizeMax: 1_000 });
  const { sortBy, descending } = readSort(query);
  const teamId = readText(query, 'team_id');
  const filter = { ...readFilter(query, path.endsWith('/v2')), names: readNames(query) };
  return ask(parts, async (database) => {
    const scope = await findLogScope(database, caller);
    const isForeign = scope !== 'all' && teamId !== undefined && !scope.teamIds.includes(teamId);
    if (isForeign) throw refuseInDetail(403, { error: `Not authorized to view team spend for team_id=${teamId}` });
    const counted = await countSpendLogs(database, { ...filter, scope }, LOGS_MAX + 1);
    const total = Math.min(counted, LOGS_MAX);
    const data = await listSpendLogs(database, { ...filter, scope }, { sortBy, descending, offset: (page - 1) * size, limit: size });
    return { data, total, page, page_size: size, total_pages: countPages(total, size), total_is_capped: counted > LOGS_MAX };
  });
}

function readSort(query: URLSearchParams): { readonly sortBy: (typeof LOG_SORTS)[number]; readonly descending: boolean } {
  const asked = readText(query, 'sort_by') ?? 'startTime';
  const sortBy = LOG_SORTS.find((name) => name === asked);
  if (sortBy === undefined) {
    throw refuse(400, `Invalid sort_by: ${asked}. Must be one of: ${LOG_SORTS.toSorted().join(', ')}`, 'bad_request', 'sort_by');
  }
  const order = (readText(query, 'sort_order') ?? 'desc').toLowerCase();
  if (order !== 'asc' && order !== 'desc') {
    throw refuse(400, `Invalid sort_order: ${order}. Must be one of: asc, desc`, 'bad_request', 'sort_order');
  }
  return { sortBy, descending: order === 'desc' };
}

/** Filters that are not built, and so are refused: ignoring them would show the wrong calls. */
const UNBUILT = ['group_by_session', 'session_cursor', 'span_type', 'used_client_oauth_token'];

function readFilter(query: URLSearchParams, takesDays: boolean): Omit<LogFilter, 'scope' | 'names'> {
  const unbuilt = UNBUILT.find((name) => !['', 'false'].includes(readText(query, name) ?? ''));
  if (unbuilt !== undefined) throw refuse(400, `${unbuilt} is not built in Stagegate`, 'bad_request', unbuilt);
  const cache = readText(query, 'cache_hit_filter');
  if (cache !== undefined && cache !== 'hit' && cache !== 'miss') {
    throw refuse(400, `Invalid cache_hit_filter: ${cache}. Must be one of: hit, miss`, 'bad_request', 'cache_hit_filter');
  }
  const requestId = readText(query, 'request_id');
  const search = readText(query, 'search');
  // A single call is found by its id alone, so its day need not be known.
  const isOne = requestId !== undefined && search === undefined && !takesDays;
  return {
    ...(!isOne && readInstants(query, takesDays)),
    requestId,
    sessionPart: readText(query, 'session_id'),
    status: readText(query, 'status_filter'),
    isCacheHit: cache === undefined ? undefined : cache === 'hit',
    spendMin: readUsd(query, 'min_spend'),
    spendMax: readUsd(query, 'max_spend'),
    keyAliasPart: readText(query, 'key_alias'),
    errorCode: readText(query, 'error_code'),
    errorMessagePart: readText(query, 'error_message'),
    search,
  };
}

function readNames(query: URLSearchParams): NonNullable<LogFilter['names']> {
  const names = LOG_NAMES.map((name) => [name, readText(query, name === 'user' ? 'user_id' : name)] as const);
  const key = readText(query, 'api_key');
  return { ...Object.fromEntries(names), api_key: key === undefined ? undefined : toHash(key) };
}

function readUsd(query: URLSearchParams, name: string): number | undefined {
  const text = readText(query, name);
  const usd = Number(text);
  if (text === undefined) return undefined;
  if (Number.isFinite(usd)) return usd;
  throw refuseInDetail(422, [
    { type: 'float_parsing', loc: ['query', name], msg: 'Input should be a valid number, unable to parse string as a number' },
  ]);
}

function readInstants(query: URLSearchParams, takesDays: boolean): { readonly from: Date; readonly to: Date } {
  const [start, end] = [readText(query, 'start_date'), readText(query, 'end_date')];
  if (start === undefined || end === undefined) throw refuse(400, 'Start date and end date are required', 'bad_request', 'None');
  return { from: readInstant(start.trim(), takesDays), to: readInstant(end.trim(), takesDays) };
}

function readInstant(text: string, takesDays: boolean): Date {
  const ms = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/u.test(text) ? Date.parse(`${text.replace(' ', 'T')}Z`) : undefined;
  const found = ms ?? (takesDays ? parseDay(text) : undefined);
  if (found !== undefined && !Number.isNaN(found)) return new Date(found);
  const expected = takesDays ? "'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS'" : "'YYYY-MM-DD HH:MM:SS'";
  throw refuseInDetail(400, `Invalid date format: ${text}. Expected: ${expected}`);
}

/** GET /spend/logs/ui/{request_id}: the prompt and answer of a call, where they are stored. */
export async function showSaid(parts: StoredParts, { caller, places }: ManagedCall): Promise<unknown> {
  const id = places['request_id'] ?? '';
  return ask(parts, async (database) => {
    const scope = await findLogScope(database, caller);
    const said = await findSaid(database, id, scope);
    if (said !== undefined) return said;
    if (scope === 'all') return null;
    throw refuseInDetail(403, { error: `Not authorized to view spend log for request_id=${id}` });
  });
}

/** GET /spend/logs/session/ui */
export async function listSession(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const sessionId = readText(query, 'session_id');
  if (sessionId === undefined) throw refuseInDetail(422, [{ type: 'missing', loc: ['query', 'session_id'], msg: 'Field required' }]);
  const { page, size } = readPage(query, { size: 'page_size', sizeDefault: 50, sizeMax: 100 });
  return ask(parts, async (database) => {
    const filter = { sessionId, scope: await findLogScope(database, caller) };
    const total = await countSpendLogs(database, filter, LOGS_MAX);
    const cut = { sortBy: 'startTime', descending: true, offset: (page - 1) * size, limit: size } as const;
    const data = await listSpendLogs(database, filter, cut);
    return { data, total, page, page_size: size, total_pages: countPages(total, size) };
  });
}

/** GET /spend/logs: the newest calls; with two dates the sums of each day, unless `summarize=false`. */
export async function listLogs(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const key = readText(query, 'api_key');
  const hash = key === undefined ? undefined : toHash(key);
  const requestId = readText(query, 'request_id');
  const own = onlyUser(caller);
  const user = own ?? readText(query, 'user_id');
  const isDated = readText(query, 'start_date') !== undefined && readText(query, 'end_date') !== undefined;
  const days = isDated ? readDayRange(query) : undefined;
  // As in the reference, the range ends at the start of its last day.
  const range = days && { from: new Date(days.fromMs), to: new Date(days.toMs) };
  if (range !== undefined && (query.get('summarize') === null || readFlag(query, 'summarize'))) {
    const rows = await ask(parts, (database) => summedDays(database, { ...range, key: hash, user, requestId }));
    return toSummary(rows, range.to);
  }
  const scope = own === undefined ? 'all' : { userId: own, teamIds: [] };
  const rows = await ask(parts, (database) => {
    const filter = { ...range, scope, names: { api_key: hash, user }, requestId } as const;
    return listSpendLogs(database, filter, { sortBy: 'startTime', descending: true, offset: 0, limit: LOGS_MAX });
  });
  if (rows.length < LOGS_MAX) return rows;
  return new Page('application/json', JSON.stringify(toPlain(rows)), { 'x-litellm-spend-logs-truncated': 'true' });
}

/** One entry for each day with calls, and an empty one for each later day of the range. */
function toSummary(rows: readonly SummedDay[], end: Date): readonly unknown[] {
  const days = Map.groupBy(rows, ({ date }) => date);
  const summary = [...days].map(([date, ofDay]) => ({
    ...Object.fromEntries(sumBy(ofDay, 'api_key')),
    startTime: date,
    spend: sumOf(ofDay),
    users: Object.fromEntries(sumBy(ofDay, 'user')),
    models: Object.fromEntries(sumBy(ofDay, 'model')),
  }));
  const last = [...days.keys()].at(-1);
  if (last === undefined) return summary;
  const empty = [];
  for (let day = dayAfter(Date.parse(last)); day <= end; day = dayAfter(day.getTime())) {
    empty.push({ startTime: day.toISOString().slice(0, 10), spend: 0, users: {}, models: {} });
  }
  return [...summary, ...empty];
}

function sumBy(rows: readonly SummedDay[], column: 'api_key' | 'user' | 'model'): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(rows, (row) => row[column])].map(([name, some]) => [name, sumOf(some)]));
}

function sumOf(rows: readonly SummedDay[]): number {
  return rows.reduce((sum, { spend }) => sum + spend, 0);
}
