import { afterAll, expect, test } from 'vitest';
import { startStore } from '../../test/start-database.ts';
import { silentLog, systemClock, type GatewayConfig } from '../ports/index.ts';
import { createLogCleanup, type LogCleanup } from './index.ts';

const { store, pool, stop } = await startStore();
afterAll(stop);

const cleanupFor = (retention: GatewayConfig['logRetention']): LogCleanup =>
  createLogCleanup({ store, clock: systemClock, log: silentLog, retention: () => retention, everyMs: 3_600_000 });
const fill = (): Promise<unknown> =>
  pool.sql`INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime")
    SELECT 'old-' || n, '', now() AT TIME ZONE 'utc' - interval '8 days', now() FROM generate_series(1, 2500) AS n
    UNION ALL SELECT 'new-' || n, '', now() AT TIME ZONE 'utc' - interval '6 days', now() FROM generate_series(1, 10) AS n
    ON CONFLICT DO NOTHING`;
const count = async (): Promise<number> => {
  const [row] = await pool.sql<{ rows: number }[]>`SELECT count(*)::int AS rows FROM "LiteLLM_SpendLogs"`;
  return row?.rows ?? Number.NaN;
};

test('calls that are older than they may be are deleted, and no others; by one instance at a time', async () => {
  await fill();
  await pool.sql.begin(async (theirs) => {
    await theirs`SELECT pg_advisory_xact_lock(7309418)`;
    const idle = cleanupFor({ period: '7d', interval: '1d' });
    expect(await idle.run()).toBe(0);
    idle.close();
  });
  const both = [0, 1].map(() => cleanupFor({ period: '7d', interval: '1d' }));
  const gone = await Promise.all(both.map(({ run }) => run()));
  for (const { close } of both) close();
  // Whoever comes while the other is at it leaves the rest to him.
  expect(gone[0] ?? 0).toBeLessThanOrEqual(2_500);
  const last = cleanupFor({ period: '7d', interval: '1d' });
  await last.run();
  last.close();
  expect(await count()).toBe(10);
});

test('nothing is deleted where nobody asked for it', async () => {
  await fill();
  const before = await count();
  const idle = cleanupFor(undefined);
  expect(await idle.run()).toBe(0);
  idle.close();
  expect(await count()).toBe(before);
});
