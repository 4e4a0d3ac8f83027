import type { ManagedCall } from '../../ports/index.ts';
import { spendBy, tables } from '../../store/index.ts';
import { mayViewAll } from '../callers.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { shownUser } from '../users/user-fields.ts';
import { onlyUser } from './log-scope.ts';

/** GET /spend/keys: keys, the one that spent most first; the caller's own for who may not see all. */
export async function listKeysBySpend(parts: StoredParts, { caller }: ManagedCall): Promise<unknown> {
  const user = onlyUser(caller);
  if (user === '') return [];
  const where = user === undefined ? {} : { user_id: user };
  return ask(parts, (database) => tables.keys.list(database, where, { sortBy: 'spend', descending: true, limit: ROWS_MAX }));
}

/** GET /spend/users: the same of users. */
export async function listUsersBySpend(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const asked = readText(query, 'user_id');
  const own = onlyUser(caller);
  if (own === '') return [];
  if (own !== undefined && asked !== undefined && asked !== own) {
    throw refuseInDetail(403, { error: 'Not authorized to view spend for another user.' });
  }
  const id = own ?? asked;
  const where = id === undefined ? {} : { user_id: id };
  const cut = { sortBy: 'spend', descending: true, limit: ROWS_MAX } as const;
  const rows = await ask(parts, (database) => tables.users.list(database, where, cut));
  // Who is asked for by name has a place in the answer, there or not.
  return asked !== undefined && mayViewAll(caller) && rows.length === 0 ? [null] : rows.map(shownUser);
}

/** GET /spend/tags: what was spent under each tag; of the caller's own calls for who may not see all. */
export async function listTagsBySpend(parts: StoredParts, { caller }: ManagedCall): Promise<unknown> {
  const rows = await ask(parts, (database) => spendBy(database, 'tag', { user: onlyUser(caller) }, ROWS_MAX));
  return rows.map(({ name, calls, total_spend }) => ({ individual_request_tag: name, log_count: calls, total_spend }));
}
