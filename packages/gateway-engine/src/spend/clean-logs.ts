import type { Clock, GatewayConfig, Log } from '../ports/index.ts';
import { CLEANED_ROWS_MAX, deleteSpendLogs, type Store } from '../store/index.ts';
import { durationMs, parseDuration } from '../tenants/index.ts';

/** What the cleanup of the call log is made with. */
export interface LogCleanupOptions {
  readonly store: Pick<Store, 'manage'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long rows are kept, read anew on each run; undefined: for ever. */
  readonly retention: () => GatewayConfig['logRetention'];
  /** How often to check whether a run is due, in milliseconds. Default: one minute. */
  readonly everyMs?: number;
}

/** Deletes old rows of the call log. */
export interface LogCleanup {
  /** Runs once. out: the number of deleted rows. */
  readonly run: () => Promise<number>;
  readonly close: () => void;
}

const EVERY_MS = 60_000;
/** The most batches of one run; what is left is for the next. */
const BATCHES_MAX = 500;

/** Starts the cleanup, which runs until it is closed. Of all instances on a database one works at a time. */
export function createLogCleanup({ store, clock, log, retention, everyMs = EVERY_MS }: LogCleanupOptions): LogCleanup {
  let nextMs = clock.monotonicMs();
  const ended = new AbortController();
  const run = async (): Promise<number> => {
    const nowMs = clock.nowMs();
    const periodMs = toMs(retention()?.period, nowMs);
    if (periodMs === undefined) return 0;
    const before = new Date(nowMs - periodMs);
    let gone = 0;
    for (let batch = 0; batch < BATCHES_MAX && !ended.signal.aborted; batch += 1) {
      const deleted = await store.manage.transact((transaction) => deleteSpendLogs(transaction, before));
      if (!deleted.ok) log.warn('spend-logs-not-deleted', { why: deleted.error.message });
      if (!deleted.ok || deleted.value === undefined) break;
      gone += deleted.value;
      if (deleted.value < CLEANED_ROWS_MAX) break;
    }
    if (gone > 0) log.info('spend-logs-deleted', { rows: gone, before: before.toISOString() });
    return gone;
  };
  const timer = setInterval(() => {
    const intervalMs = toMs(retention()?.interval, clock.nowMs());
    if (intervalMs === undefined || clock.monotonicMs() < nextMs) return;
    nextMs = clock.monotonicMs() + intervalMs;
    void run();
  }, everyMs);
  timer.unref();
  return {
    run,
    close: () => {
      ended.abort();
      clearInterval(timer);
    },
  };
}

function toMs(text: string | undefined, nowMs: number): number | undefined {
  const duration = text === undefined ? undefined : parseDuration(text);
  return duration && durationMs(duration, nowMs);
}
