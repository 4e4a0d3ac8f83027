import type { ManagedCall } from '../../ports/index.ts';
import { activeUsers, distinctTags, sumTags, usersOfTags, type ActiveUsers, type TagDays } from '../../store/index.ts';
import { ask, type Handler, type StoredParts } from '../parts.ts';
import { countPages, readPage, readText } from '../read-query.ts';
import { refuseInDetail, refuseInvalid } from '../refusal.ts';
import { dayOf, MONTHS, parseDay } from './read-days.ts';

const DAY_MS = 86_400_000;
/** The number of days, weeks or months shown. Source of this file: LiteLLM 1.106.2, user_agent_analytics_endpoints.py. */
const PERIODS = 7;
const TAGS_MAX = 250;

/** GET /tag/distinct */
export async function listDistinctTags(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  const tags = await ask(parts, (database) => distinctTags(database, TAGS_MAX));
  return { results: tags.map((tag) => ({ tag })) };
}

/** The length of a period in days, and the members that name one in the answer. */
interface Periods {
  readonly days: number;
  readonly name: (period: number, start: string, end: string) => Readonly<Record<'date' | 'period_start' | 'period_end', string | null>>;
}

/** GET /tag/dau: active users of each tag, by day. */
export const showDailyUsers: Handler<StoredParts> = showUsers(
  { days: 1, name: (_period, _start, end) => ({ date: end, period_start: null, period_end: null }) },
  PERIODS + 1,
);
/** GET /tag/wau: the same by week. */
export const showWeeklyUsers: Handler<StoredParts> = showUsers(
  { days: 7, name: (period, start, end) => toPeriod(`Week ${PERIODS - period} (${monthOf(start)} ${start.slice(8)})`, start, end) },
  PERIODS * 7,
);
/** GET /tag/mau: the same by periods of thirty days. */
export const showMonthlyUsers: Handler<StoredParts> = showUsers(
  { days: 30, name: (period, start, end) => toPeriod(`Month ${PERIODS - period} (${monthOf(start)})`, start, end) },
  PERIODS * 30,
);

/** As in the reference the last day is tomorrow, which may have begun in the caller's time zone. */
function showUsers({ days, name }: Periods, spanDays: number): Handler<StoredParts> {
  return async (parts, { query }) => {
    const lastMs = parts.clock.nowMs() + DAY_MS;
    const scope = { from: dayOf(lastMs - (spanDays - 1) * DAY_MS), to: dayOf(lastMs), ...readTags(query) };
    const rows = await ask(parts, (database) => activeUsers(database, scope, days));
    // Days are sorted newest first, longer periods oldest first.
    const sorted = days === 1 ? rows.toSorted((one, other) => one.period - other.period) : rows;
    return { results: sorted.map((row) => toUsers(row, lastMs)) };
  };

  function toUsers({ tag, period, active_users }: ActiveUsers, lastMs: number): object {
    const endMs = lastMs - period * days * DAY_MS;
    return { tag, active_users, ...name(period, dayOf(endMs - (days - 1) * DAY_MS), dayOf(endMs)) };
  }
}

/** A period's name and bounds, as PostgreSQL prints them. */
function toPeriod(date: string, start: string, end: string): ReturnType<Periods['name']> {
  return { date, period_start: `${start} 00:00:00`, period_end: `${end} 00:00:00` };
}

function monthOf(day: string): string {
  return MONTHS[Number(day.slice(5, 7)) - 1] ?? '';
}

/** GET /tag/summary: users, calls, tokens and spend of each tag. */
export async function summarizeTags(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const missing = ['start_date', 'end_date'].filter((name) => !query.has(name));
  if (missing.length > 0) throw refuseInvalid(missing.map((name) => ({ type: 'missing', loc: ['query', name], msg: 'Field required' })));
  const [from, to] = [readText(query, 'start_date') ?? '', readText(query, 'end_date') ?? ''];
  if (parseDay(from) === undefined || parseDay(to) === undefined) throw refuseInDetail(400, 'Invalid date format. Use YYYY-MM-DD');
  return { results: await ask(parts, (database) => sumTags(database, { from, to, ...readTags(query) })) };
}

/** GET /tag/user-agent/per-user-analytics: the same for each user, over the last thirty days. */
export async function listTagUsers(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const { page, size } = readPage(query, { size: 'page_size', sizeDefault: 50, sizeMax: 1_000 });
  const lastMs = parts.clock.nowMs() + DAY_MS;
  const days = { from: dayOf(lastMs - 30 * DAY_MS), to: dayOf(lastMs), ...readTags(query) };
  const rows = await ask(parts, (database) => usersOfTags(database, days, (page - 1) * size, size));
  const total = rows[0]?.users ?? 0;
  const results = rows.map(({ users: _users, ...row }) => row);
  return { results, total_count: total, page, page_size: size, total_pages: countPages(total, size) };
}

function readTags(query: URLSearchParams): Pick<TagDays, 'tags' | 'part'> {
  const tags = query.getAll('tag_filters');
  return tags.length > 0 ? { tags } : { part: readText(query, 'tag_filter') };
}
