import type { ManagedCall } from '../../ports/index.ts';
import { spendBy, tables } from '../../store/index.ts';
import { mayViewAll } from '../callers.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { relatedKey } from '../keys/key-fields.ts';
import { shownUser } from '../users/user-fields.ts';
import { onlyUser } from './log-scope.ts';

/** GET /spend/keys: keys by spend, highest first; only the caller's own if he may not see all. */
export async function listKeysBySpend(parts: StoredParts, { caller }: ManagedCall): Promise<unknown> {
  const user = onlyUser(caller);
  if (user === '') return [];
  const where = user === undefined ? {} : { user_id: user };
  const cut = { sortBy: 'spend', descending: true, limit: ROWS_MAX } as const;
  return (await ask(parts, (database) => tables.keys.list(database, where, cut))).map(relatedKey);
}

/** GET /spend/users: the same for users. */
export async function listUsersBySpend(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const asked = readText(query, 'user_id');
  const own = onlyUser(caller);
  if (own === '') return [];
  if (own !== undefined && asked !== undefined && asked !== own) {
    throw refuseInDetail(403, { error: 'Not authorized to view spend for another user.' });
  }
  const id = own ?? asked;
  const cut = { sortBy: 'spend', descending: true, limit: ROWS_MAX } as const;
  const rows = await ask(parts, (database) => tables.users.list(database, id === undefined ? {} : { user_id: id }, cut));
  // A user who is asked for by id has an entry even if he does not exist.
  if (asked !== undefined && mayViewAll(caller) && rows.length === 0) return [null];
  const where = { user_id: { in: rows.map(({ user_id: one }) => one) } };
  const keys = await ask(parts, (database) => tables.keys.list(database, where, { sortBy: 'token', limit: ROWS_MAX }));
  const byUser = Map.groupBy(keys, ({ user_id: one }) => one);
  return rows.map((row) => ({ ...shownUser(row), key_aliases: (byUser.get(row.user_id) ?? []).map(({ key_alias: alias }) => alias) }));
}

/** GET /spend/tags: the spend of each tag; only of the caller's own calls if he may not see all. */
export async function listTagsBySpend(parts: StoredParts, { caller }: ManagedCall): Promise<unknown> {
  const rows = await ask(parts, (database) => spendBy(database, 'tag', { user: onlyUser(caller) }, ROWS_MAX));
  return rows.map(({ name, calls, total_spend }) => ({ individual_request_tag: name, log_count: calls, total_spend }));
}
