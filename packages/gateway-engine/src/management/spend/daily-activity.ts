import type { ManagedCall } from '../../ports/index.ts';
import { readAllDays, readDayPage, tables, type Database, type DayFilter, type DayPart } from '../../store/index.ts';
import { toHash } from '../keys/key-access.ts';
import { ask, type Handler, type StoredParts } from '../parts.ts';
import { countPages, readCount, readPage, readText } from '../read-query.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { toActivity, type KeyFacts, type Names } from './activity-answer.ts';
import {
  customerScope,
  organizationScope,
  tagScope,
  teamScope,
  userScope,
  type ActivityScope,
  type FindActivityScope,
} from './activity-scope.ts';
import { readActivityDays } from './read-days.ts';

const PAGE_MAX = 1_000;
const KEYS = { absent: 100, min: 1, max: 1_000 };

/** GET /user/daily/activity */
export const showUserActivity: Handler<StoredParts> = byPage(userScope, 50);
/** GET /team/daily/activity */
export const showTeamActivity: Handler<StoredParts> = byPage(teamScope, 10);
/** GET /organization/daily/activity */
export const showOrganizationActivity: Handler<StoredParts> = byPage(organizationScope, 10);
/** GET /customer/daily/activity */
export const showCustomerActivity: Handler<StoredParts> = byPage(customerScope, 10);
/** GET /tag/daily/activity */
export const showTagActivity: Handler<StoredParts> = byPage(tagScope, 10);
/** GET /user/daily/activity/aggregated */
export const sumUserActivity: Handler<StoredParts> = allAtOnce(userScope, false);
/** GET /team/daily/activity/aggregated */
export const sumTeamActivity: Handler<StoredParts> = allAtOnce(teamScope, true);
/** GET /organization/daily/activity/aggregated */
export const sumOrganizationActivity: Handler<StoredParts> = allAtOnce(organizationScope, true);
/** GET /customer/daily/activity/aggregated */
export const sumCustomerActivity: Handler<StoredParts> = allAtOnce(customerScope, true);
/** GET /tag/daily/activity/aggregated */
export const sumTagActivity: Handler<StoredParts> = allAtOnce(tagScope, true);

function byPage(findScope: FindActivityScope, sizeDefault: number): Handler<StoredParts> {
  return async (parts, call) => {
    const { page, size } = readPage(call.query, { size: 'page_size', sizeDefault, sizeMax: PAGE_MAX });
    const { filter, scope } = await toFilter(parts, call, findScope, false);
    return ask(parts, async (database) => {
      const { parts: days, total } = await readDayPage(database, filter, { offset: (page - 1) * size, limit: size });
      const facts = { page, total_pages: countPages(total, size), has_more: page * size < total };
      return toActivity(days, await namesOf(database, days, scope), facts);
    });
  };
}

function allAtOnce(findScope: FindActivityScope, showsEntities: boolean): Handler<StoredParts> {
  return async (parts, call) => {
    const limit = readCount(call.query, 'api_key_limit', KEYS);
    const { filter, scope } = await toFilter(parts, call, findScope, true);
    return ask(parts, async (database) => {
      const { parts: all, keys } = await readAllDays(database, filter, limit);
      const days = showsEntities ? all : all.filter(({ kind }) => kind !== 'entities');
      const facts = { page: 1, total_pages: 1, has_more: false, api_key_limit: limit, total_api_keys: keys };
      return toActivity(days, await namesOf(database, days, scope), facts);
    });
  };
}

/** The filter for the days that a call asks for, among those that the caller may see. */
export async function toFilter(
  parts: StoredParts,
  call: ManagedCall,
  findScope: FindActivityScope,
  isBounded: boolean,
): Promise<{ readonly filter: DayFilter; readonly scope: ActivityScope }> {
  const { query } = call;
  const days = readActivityDays(query, parts.clock.nowMs(), isBounded);
  const scope = await ask(parts, (database) => findScope(database, call));
  const asked = readText(query, 'api_key');
  const named = asked === undefined ? undefined : [toHash(asked)];
  const keys = scope.keys === undefined || named === undefined ? (scope.keys ?? named) : scope.keys.filter((key) => named.includes(key));
  return {
    scope,
    filter: { ...days, scope: scope.of, owners: scope.owners, without: scope.without, model: readText(query, 'model'), keys },
  };
}

async function namesOf(database: Database, days: readonly DayPart[], scope: ActivityScope): Promise<Names> {
  const hashes = [...new Set(days.flatMap(({ api_key: key }) => (key === null || key === '' ? [] : [key])))];
  const entities = new Set(days.flatMap(({ kind, name }) => (kind === 'entities' ? [name] : [])));
  return { keys: await keyFacts(database, hashes), entities: await scope.describe(database, [...entities]) };
}

/** The facts of keys, by hash. */
export async function keyFacts(database: Database, hashes: readonly string[]): Promise<ReadonlyMap<string, KeyFacts>> {
  if (hashes.length === 0) return new Map();
  const cut = { sortBy: 'token', limit: ROWS_MAX } as const;
  const deleted = await tables.deletedKeys.list(database, { token: { in: hashes } }, cut);
  const active = await tables.keys.list(database, { token: { in: hashes } }, cut);
  const userIds = [...new Set([...deleted, ...active].map(({ user_id: id }) => id).filter((id) => id !== null))];
  const users = await tables.users.list(database, { user_id: { in: userIds } }, { sortBy: 'user_id', limit: ROWS_MAX });
  const emails = new Map(users.map(({ user_id: id, user_email: email }) => [id, email]));
  const facts = (exists: boolean) => (row: (typeof deleted | typeof active)[number]) =>
    [
      row.token,
      {
        key_alias: row.key_alias,
        team_id: row.team_id,
        user_id: row.user_id,
        user_email: emails.get(row.user_id ?? '') ?? null,
        key_exists: exists,
      },
    ] as const;
  return new Map([...deleted.map(facts(false)), ...active.map(facts(true))]);
}
