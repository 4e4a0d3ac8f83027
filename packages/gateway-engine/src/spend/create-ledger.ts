import type { Clock, Log, ProxyBudget, SpendMeters, Redis, Spending, WindowSums } from '../ports/index.ts';
import {
  LogPile,
  PROXY_BUDGET_USER,
  transactionEnd,
  transactionId,
  writeSpend,
  type ProxySpend,
  type SpendBatch,
  type Store,
} from '../store/index.ts';
import { parseDuration, resetTimeMs } from '../tenants/index.ts';
import { meteredAmounts, partsOf, SpendCollector, withoutRows } from './collect-batch.ts';
import { ownersOf, type SpendOwner } from './owners-of.ts';
import { createSpendMeters } from './spend-meters.ts';
import { toDailyCall, toFailedDay } from './to-daily-call.ts';
import { toFailureRow, toLogRow } from './to-log-row.ts';

/** What a ledger is made with. */
export interface LedgerOptions {
  readonly store: Pick<Store, 'manage'>;
  readonly clock: Clock;
  readonly log: Log;
  /** False: spend is counted, but calls get no rows in the log (`general_settings.disable_spend_logs`). Default: true. */
  readonly keepsLogs?: () => boolean;
  /** False: nothing is written of failed calls (`general_settings.disable_error_logs`). Default: true. */
  readonly keepsErrors?: () => boolean;
  /** The budget of the whole proxy; undefined: there is none, and its spend is not counted. */
  readonly proxyBudget?: () => ProxyBudget | undefined;
  /** The sums of budgets by model; absent: they are not counted. */
  readonly sums?: WindowSums;
  /** Absent: other instances see spend only once it is in the database. */
  readonly redis?: Redis | undefined;
  /** The time between writes in milliseconds, which bounds what a killed process loses. Default: 1,000. */
  readonly flushMs?: number;
}

/** The account of spend: in memory at once, in the database soon after. */
export interface Ledger extends Spending {
  readonly meters: SpendMeters;
  /** Writes all that waits, once. out: whether nothing is left. */
  readonly flush: () => Promise<boolean>;
  /** Writes all that waits, and gives up after a few seconds. */
  readonly close: () => Promise<void>;
}

/** The number of calls after which a write does not wait for its time. */
const CALLS_MAX = 100;
const FLUSH_MS = 1_000;
const CLOSE_MS = 5_000;
const CLOSE_STEP_MS = 100;

/** PostgreSQL's codes for failures that may not recur: a deadlock, and a serialization failure. */
const PASSING: ReadonlySet<string> = new Set(['40P01', '40001']);

/** A part of a batch that is being written, until it is known to be in the database. */
interface Writing {
  batch: SpendBatch;
  /** The transaction that may have written it. */
  transaction: string | undefined;
}

/**
 * Makes a ledger over a database.
 *
 * A batch is written table by table, so that no transaction holds rows of one table while it waits for another. Each part is written
 * exactly
 * once: if the answer to a commit is lost, the database is asked for the outcome of the transaction. While the database is away, sums and
 * up to 10,000 rows wait in memory.
 */
export function createLedger(options: LedgerOptions): Ledger {
  const {
    store,
    clock,
    log,
    keepsLogs = () => true,
    keepsErrors = () => true,
    proxyBudget = () => undefined,
    sums,
    flushMs = FLUSH_MS,
  } = options;
  const meters = createSpendMeters(clock, options.redis);
  const logs = new LogPile();
  let collector = new SpendCollector(logs);
  const writer = createPartWriter(store, meters, log);
  /** Calls of the batch that is being written. */
  let taken = 0;
  const takeBatch = (): void => {
    if (collector.calls === 0) return;
    taken = collector.calls;
    if (collector.left > 0) log.warn('spend-logs-left-out', { rows: collector.left });
    const batch = collector.toBatch(toProxySpend(proxyBudget(), collector.usd, clock.nowMs()));
    collector = new SpendCollector(logs);
    writer.take(batch);
  };
  const flusher = createFlusher(writer, { calls: () => collector.calls, take: takeBatch }, log, flushMs);
  const writeSoon = (): void => {
    if (collector.calls >= CALLS_MAX && !flusher.isFailing()) void flusher.flush();
    else flusher.schedule();
  };
  const wallAheadMs = (): number => clock.nowMs() - clock.monotonicMs();

  return {
    meters,
    sums,
    setAside: meters.setAside,
    spent: (call) => {
      const { usd } = call;
      const owners = ownersOf(call);
      if (usd !== 0) addToMeters(meters, owners, usd);
      if (usd !== 0 && proxyBudget() !== undefined) meters.add('user', PROXY_BUDGET_USER, usd);
      if (usd !== 0) for (const window of call.windows) sums?.add(window, usd);
      const ahead = wallAheadMs();
      const keeps = keepsLogs() && (call.failure === undefined || keepsErrors());
      collector.add(owners, usd, keeps ? toLogRow(call, ahead) : undefined, toDailyCall(call, call.cameMs + ahead));
      writeSoon();
    },
    failed: (call) => {
      if (!keepsErrors()) return;
      const ahead = wallAheadMs();
      collector.add([], 0, keepsLogs() ? toFailureRow(call, ahead) : undefined, toFailedDay(call, call.cameMs + ahead));
      writeSoon();
    },
    flush: flusher.flush,
    close: async () => {
      const isWritten = await flushUntil(clock.monotonicMs() + CLOSE_MS, clock, flusher);
      // The rows that a batch left behind are of its calls: these are counted once.
      if (!isWritten) log.error('spend-lost', { calls: writer.isDone() ? collector.calls : taken + collector.added });
      flusher.stop();
      await meters.close();
    },
  };
}

function addToMeters(meters: SpendMeters, owners: readonly SpendOwner[], usd: number): void {
  for (const { scope, id } of owners) if (scope !== 'organization_member') meters.add(scope, id, usd);
}

/** Writes what waits: soon (`schedule`), or at once (`flush`). */
interface Flusher extends Pick<Ledger, 'flush'> {
  readonly schedule: () => void;
  /** Whether the last write failed. */
  readonly isFailing: () => boolean;
  readonly stop: () => void;
}

function createFlusher(
  writer: PartWriter,
  waiting: { readonly calls: () => number; readonly take: () => void },
  log: Log,
  flushMs: number,
): Flusher {
  let running: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
  let stopped = false;
  const schedule = (): void => {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void flush();
    }, flushMs);
    timer.unref();
  };
  const flushOnce = async (): Promise<boolean> => {
    if (writer.isDone()) waiting.take();
    const why = await writer.write();
    if (why !== undefined && !failing) log.warn('spend-not-written', { why });
    if (why === undefined && failing) log.info('spend-written', {});
    failing = why !== undefined;
    const isDone = writer.isDone() && waiting.calls() === 0;
    if (!isDone) schedule();
    return isDone;
  };
  const flush = (): Promise<boolean> =>
    (running ??= flushOnce().finally(() => {
      running = undefined;
      // More is waiting than one batch takes: without a further call nothing else would start the next batch so soon.
      if (!stopped && !failing && waiting.calls() >= CALLS_MAX) void flush();
    }));
  const stop = (): void => {
    stopped = true;
    clearTimeout(timer);
  };
  return { schedule, flush, isFailing: () => failing, stop };
}

/** Writes until nothing is left, or the time is up. out: whether nothing is left. */
async function flushUntil(endMs: number, clock: Clock, { flush, isFailing }: Flusher): Promise<boolean> {
  while (!(await flush())) {
    if (clock.monotonicMs() > endMs) return false;
    if (isFailing()) await new Promise((resolve) => setTimeout(resolve, CLOSE_STEP_MS));
  }
  return true;
}

/** Writes batches part by part; the parts after one that fails wait for it. */
interface PartWriter {
  readonly isDone: () => boolean;
  readonly take: (batch: SpendBatch) => void;
  /** out: undefined once all parts are in the database, else the reason why not. */
  readonly write: () => Promise<string | undefined>;
}

function createPartWriter(store: LedgerOptions['store'], meters: SpendMeters, log: Log): PartWriter {
  const parts: Writing[] = [];
  return {
    isDone: () => parts.length === 0,
    take: (batch) => void parts.push(...partsOf(batch).map((part) => ({ batch: part, transaction: undefined }))),
    write: async () => {
      for (let [part] = parts; part !== undefined; [part] = parts) {
        const current = part;
        const why = await write(store, current).catch((bug: unknown) => giveUpRows(current, bug, log));
        if (why !== undefined) return why;
        meters.written(meteredAmounts(current.batch));
        parts.shift();
      }
      return undefined;
    },
  };
}

/** Writes one part. out: undefined once it is in the database, else the reason why it may not be. */
async function write({ manage }: LedgerOptions['store'], writing: Writing): Promise<string | undefined> {
  const { transaction } = writing;
  if (transaction !== undefined) {
    const end = await manage.run((database) => transactionEnd(database, transaction));
    if (!end.ok) return end.error.message;
    if (end.value === 'committed') return undefined;
    if (end.value === 'in progress') return 'its transaction has not ended';
    writing.transaction = undefined;
  }
  const written = await manage.transact(async (database) => {
    writing.transaction = await transactionId(database);
    await writeSpend(database, writing.batch);
  });
  if (written.ok) return undefined;
  if (written.error.kind === 'refused') {
    writing.transaction = undefined;
    // The database would refuse it again, so the rows are given up: spend matters more.
    if (!PASSING.has(written.error.code ?? '')) writing.batch = withoutRows(writing.batch);
  }
  return written.error.message;
}

function toProxySpend(budget: ProxyBudget | undefined, usd: number, nowMs: number): ProxySpend | undefined {
  if (budget === undefined || usd === 0) return undefined;
  const duration = budget.duration === undefined ? undefined : parseDuration(budget.duration);
  return { ...budget, usd, resetAt: duration === undefined ? undefined : new Date(resetTimeMs(duration, nowMs)) };
}

/** A part that throws is a bug and would throw again, so its rows are given up and only its spend is written. out: the reason. */
function giveUpRows(writing: Writing, bug: unknown, log: Log): string {
  log.error('bug', { message: bug instanceof Error ? (bug.stack ?? bug.message) : String(bug) });
  writing.batch = withoutRows(writing.batch);
  return 'a bug';
}
