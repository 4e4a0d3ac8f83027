import type { StoreAnswer } from '../ports/index.ts';
import type { Database, Pool } from './pool.ts';
import { isFromDatabase, toStoreFailure } from './to-store-failure.ts';

/**
 * Runs a query, and waits no longer than the limit. A later result is ignored.
 *
 * in:     a pool, the longest wait in milliseconds (for a free connection and the result together), the query.
 * errors: never rejects for the database; rejects for a bug in the query.
 */
export async function ask<T>({ database }: Pool, limitMs: number, query: (database: Database) => Promise<T>): Promise<StoreAnswer<T>> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<StoreAnswer<T>>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, error: { kind: 'hung', message: `no answer within ${limitMs} ms` } }), limitMs);
  });
  const answer = query(database).then(
    (value): StoreAnswer<T> => ({ ok: true, value }),
    (thrown: unknown): StoreAnswer<T> => {
      if (!isFromDatabase(thrown)) throw thrown;
      return { ok: false, error: toStoreFailure(thrown) };
    },
  );
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}
