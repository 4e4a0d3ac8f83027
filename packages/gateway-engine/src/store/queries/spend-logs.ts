import { and, asc, desc, eq, getTableColumns, gte, ilike, inArray, isNull, like, lte, ne, or, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { spendLogs } from '../schema/index.ts';

/** The calls that may be seen: all, or those of a user and of teams. */
export type LogScope = 'all' | { readonly userId: string | undefined; readonly teamIds: readonly string[] };

/** Columns that a filter compares with an exact value. */
export const LOG_NAMES = ['team_id', 'user', 'api_key', 'model', 'model_id', 'model_group', 'end_user'] as const;

/** A filter for calls: all members have to match, and undefined ones match any. */
export interface LogFilter {
  readonly scope: LogScope;
  readonly from?: Date | undefined;
  /** Included. */
  readonly to?: Date | undefined;
  readonly names?: Readonly<Partial<Record<(typeof LOG_NAMES)[number], string | undefined>>>;
  /** The id of the answer or of the call. */
  readonly requestId?: string | undefined;
  readonly sessionId?: string | undefined;
  /** A part of the session's id. */
  readonly sessionPart?: string | undefined;
  readonly status?: string | undefined;
  readonly isCacheHit?: boolean | undefined;
  readonly spendMin?: number | undefined;
  readonly spendMax?: number | undefined;
  readonly keyAliasPart?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly errorMessagePart?: string | undefined;
  /** The exact value of any of several columns with names and ids. */
  readonly search?: string | undefined;
}

/** The columns that a list of calls may be sorted by. */
export const LOG_SORTS = ['spend', 'total_tokens', 'startTime', 'endTime', 'request_duration_ms', 'model', 'ttft_ms'] as const;

/** A page of a list of calls, and its order. */
export interface LogCut {
  readonly sortBy: (typeof LOG_SORTS)[number];
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

const { messages: _messages, response: _response, proxy_server_request: _request, ...LISTED } = getTableColumns(spendLogs);

/** A call without prompt and answer. */
export type ListedLog = Omit<typeof spendLogs.$inferSelect, 'messages' | 'response' | 'proxy_server_request'>;

/** Calls without prompts and answers. */
export function listSpendLogs(
  database: Database,
  filter: LogFilter,
  { sortBy, descending, offset, limit }: LogCut,
): Promise<readonly ListedLog[]> {
  const direction = descending ? desc : asc;
  const order = sortBy === 'ttft_ms' ? sql`${direction(FIRST_TOKEN)} NULLS LAST` : direction(spendLogs[sortBy]);
  const exactFirst = filter.requestId === undefined ? [] : [desc(eq(spendLogs.request_id, filter.requestId))];
  return database
    .select(LISTED)
    .from(spendLogs)
    .where(toCondition(filter))
    .orderBy(...exactFirst, order, asc(spendLogs.request_id))
    .offset(offset)
    .limit(limit);
}

const FIRST_TOKEN = sql`CASE WHEN ${spendLogs.completionStartTime} = ${spendLogs.endTime} THEN NULL
  ELSE ${spendLogs.completionStartTime} - ${spendLogs.startTime} END`;

/** The number of calls that match, counted up to `max`. */
export async function countSpendLogs(database: Database, filter: LogFilter, max: number): Promise<number> {
  const found = database
    .select({ one: sql`1` })
    .from(spendLogs)
    .where(toCondition(filter))
    .limit(max)
    .as('found');
  const [row] = await database.select({ rows: sql<string>`count(*)` }).from(found);
  return Number(row?.rows ?? 0);
}

/** The prompt and answer of a call, where they are kept; undefined where there is no such call in the scope. */
export async function findSaid(
  database: Database,
  requestId: string,
  scope: LogScope,
): Promise<Readonly<Record<'messages' | 'response' | 'proxy_server_request', unknown>> | undefined> {
  const { messages, response, proxy_server_request } = spendLogs;
  const [row] = await database
    .select({ messages, response, proxy_server_request })
    .from(spendLogs)
    .where(toCondition({ scope, requestId }))
    .orderBy(desc(eq(spendLogs.request_id, requestId)))
    .limit(1);
  return row;
}

/** The number of calls, newest first, that are searched for names. */
const NAMED_MAX = 10_000;

/** Users or customers of matching calls, sorted; `part`: only those that contain it, in upper or lower case. */
export async function namesInLogs(
  database: Database,
  column: 'user' | 'end_user',
  filter: LogFilter & { readonly part?: string | undefined },
  { offset, limit }: Pick<LogCut, 'offset' | 'limit'>,
): Promise<readonly string[]> {
  const named = spendLogs[column];
  const recent = database
    .select({ name: sql<string>`${named}`.as('name') })
    .from(spendLogs)
    .where(and(toCondition(filter), ne(named, ''), filter.part === undefined ? undefined : ilike(named, partly(filter.part))))
    .orderBy(desc(spendLogs.startTime), desc(spendLogs.request_id))
    .limit(NAMED_MAX)
    .as('recent');
  const rows = await database.selectDistinct({ name: recent.name }).from(recent).orderBy(asc(recent.name)).offset(offset).limit(limit);
  return rows.map(({ name }) => name);
}

function toCondition(filter: LogFilter): SQL | undefined {
  const { from, to, names = {}, requestId, sessionId, sessionPart, status, isCacheHit, spendMin, spendMax, search } = filter;
  const isHit = sql`lower(coalesce(${spendLogs.cache_hit}, '')) = 'true'`;
  return and(
    inScope(filter.scope),
    from && gte(spendLogs.startTime, from),
    to && lte(spendLogs.startTime, to),
    ...LOG_NAMES.map((name) => (names[name] === undefined ? undefined : eq(spendLogs[name], names[name]))),
    requestId === undefined ? undefined : or(eq(spendLogs.request_id, requestId), eq(spendLogs.litellm_call_id, requestId)),
    sessionId === undefined ? undefined : eq(spendLogs.session_id, sessionId),
    sessionPart === undefined ? undefined : like(spendLogs.session_id, partly(sessionPart)),
    status === undefined ? undefined : hasStatus(status),
    isCacheHit === undefined ? undefined : isCacheHit ? isHit : sql`NOT ${isHit}`,
    spendMin === undefined ? undefined : gte(spendLogs.spend, spendMin),
    spendMax === undefined ? undefined : lte(spendLogs.spend, spendMax),
    ...ofMetadata(filter),
    search === undefined ? undefined : isNamed(search),
  );
}

function inScope(scope: LogScope): SQL | undefined {
  if (scope === 'all') return undefined;
  const { userId, teamIds } = scope;
  const own = userId === undefined || userId === '' ? sql`false` : eq(spendLogs.user, userId);
  return teamIds.length === 0 ? own : or(own, inArray(spendLogs.team_id, [...teamIds]));
}

/** The condition on the status. Rows from before the column existed count as successes. */
function hasStatus(status: string): SQL | undefined {
  return status === 'success' ? or(eq(spendLogs.status, status), isNull(spendLogs.status)) : eq(spendLogs.status, status);
}

function* ofMetadata({ keyAliasPart, errorCode, errorMessagePart }: LogFilter): Generator<SQL> {
  const { metadata } = spendLogs;
  const error = sql`${metadata} -> 'error_information'`;
  if (keyAliasPart !== undefined) yield sql`${metadata} ->> 'user_api_key_alias' LIKE ${partly(keyAliasPart)}`;
  if (errorCode !== undefined) yield sql`${error} ->> 'error_code' = ${errorCode}`;
  if (errorMessagePart !== undefined) yield sql`${error} ->> 'error_message' LIKE ${partly(errorMessagePart)}`;
}

function isNamed(value: string): SQL | undefined {
  const { request_id, litellm_call_id, api_key, team_id, user, end_user, session_id, model_id } = spendLogs;
  return or(...[request_id, litellm_call_id, api_key, team_id, user, end_user, session_id, model_id].map((column) => eq(column, value)));
}

function partly(text: string): string {
  return `%${text.replace(/[\\%_]/gu, String.raw`\$&`)}%`;
}
