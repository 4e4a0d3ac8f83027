import type { ManagedCall } from '../../ports/index.ts';
import { namesInLogs } from '../../store/index.ts';
import { ask, type Handler, type StoredParts } from '../parts.ts';
import { refuseQuery } from '../problem.ts';
import { pageLinks, parseInstant, readPage, readText } from '../read-query.ts';
import { refuseInvalid } from '../refusal.ts';
import { findLogScope } from './log-scope.ts';

const [FROM, TO] = ['filter[startTime][gte]', 'filter[startTime][lte]'] as const;
const QUERY = [FROM, TO, 'q', 'page', 'page_size'] as const;

/** GET /management/v1/spend_logs/users: users with calls in a range of time, as far as the caller may see them. */
export const listUsersInLogs: Handler<StoredParts> = listNames('user');
/** GET /management/v1/spend_logs/end_users */
export const listCustomersInLogs: Handler<StoredParts> = listNames('end_user');

function listNames(column: 'user' | 'end_user'): Handler<StoredParts> {
  return async (parts, { caller, query, path }: ManagedCall) => {
    refuseQuery(query, QUERY);
    const { page, size } = readPage(query, { size: 'page_size', sizeDefault: 50, sizeMax: 100 });
    const [from, to] = [readInstant(query, FROM), readInstant(query, TO)];
    const found = await ask(parts, async (database) => {
      const scope = await findLogScope(database, caller);
      const filter = { scope, from, to, part: readText(query, 'q') };
      // One row more than is shown tells whether there is another page.
      return namesInLogs(database, column, filter, { offset: (page - 1) * size, limit: size + 1 });
    });
    const hasMore = found.length > size;
    const link = pageLinks(path, query);
    return {
      data: found.slice(0, size),
      meta: { page, page_size: size, has_more: hasMore },
      links: { self: link(page), prev: page > 1 ? link(page - 1) : null, next: hasMore ? link(page + 1) : null },
    };
  };
}

/** An ISO 8601 time, taken as UTC without a zone. Throws a Refusal for anything else. */
function readInstant(query: URLSearchParams, name: string): Date {
  const text = query.get(name);
  if (text === null) throw refuseInvalid([{ type: 'missing', loc: ['query', name], msg: 'Field required' }]);
  const instant = parseInstant(text);
  if (instant === undefined)
    throw refuseInvalid([{ type: 'datetime_from_date_parsing', loc: ['query', name], msg: 'Input should be a valid datetime' }]);
  return instant;
}
