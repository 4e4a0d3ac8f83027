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
  /** False: `general_settings.disable_spend_logs`: money is added up, calls have no rows. Default: they have. */
  readonly keepsLogs?: () => boolean;
  /** False: `general_settings.disable_error_logs`: nothing is written of calls that failed. Default: it is. */
  readonly keepsErrors?: () => boolean;
  /** What everybody together may spend; undefined: nobody counts that. */
  readonly proxyBudget?: () => ProxyBudget | undefined;
  /** Of budgets by model. Absent: nobody counts those. */
  readonly sums?: WindowSums;
  /** Absent: other instances see what was spent in the rows. */
  readonly redis?: Redis | undefined;
  /** Milliseconds, default 1,000: what a process that is killed may forget. */
  readonly flushMs?: number;
}

/** Account of what is spent: in memory at once, in the database soon. */
export interface Ledger extends Spending {
  readonly meters: SpendMeters;
  /** Writes what there is, once. out: whether nothing is left. */
  readonly flush: () => Promise<boolean>;
  /** Writes what there is, as long as the database needs, but no longer than a few seconds. */
  readonly close: () => Promise<void>;
}

/** Calls after which is written before the time has come. */
const CALLS_MAX = 100;
const FLUSH_MS = 1_000;
const CLOSE_MS = 5_000;
const CLOSE_STEP_MS = 100;

/** Refusals that say nothing of what was asked: a deadlock, and a transaction that another one got in the way of. */
const PASSING: ReadonlySet<string> = new Set(['40P01', '40001']);

/** A part of a batch on its way into the database, until it is known to be there. */
interface Writing {
  batch: SpendBatch;
  /** The transaction that may have written it. */
  transaction: string | undefined;
}

/**
 * Makes a ledger over a database.
 *
 * A batch is written table by table, so that nobody who holds rows of one waits for another. Each part is in the database once, also where its answer gets lost: the database is then asked what
 * became of it. While it is away, sums grow in memory, and up to 10,000 rows.
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
  const flusher = createFlusher(writer, { isEmpty: () => collector.calls === 0, take: takeBatch }, log, flushMs);
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
      if (!isWritten) log.error('spend-lost', { calls: collector.calls + (writer.isDone() ? 0 : taken) });
      flusher.stop();
      await meters.close();
    },
  };
}

function addToMeters(meters: SpendMeters, owners: readonly SpendOwner[], usd: number): void {
  for (const { scope, id } of owners) if (scope !== 'organization_member') meters.add(scope, id, usd);
}

/** Writes what waits: soon, or at once. */
interface Flusher extends Pick<Ledger, 'flush'> {
  readonly schedule: () => void;
  /** The last time it did not succeed. */
  readonly isFailing: () => boolean;
  readonly stop: () => void;
}

function createFlusher(
  writer: PartWriter,
  waiting: { readonly isEmpty: () => boolean; readonly take: () => void },
  log: Log,
  flushMs: number,
): Flusher {
  let running: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
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
    const isDone = writer.isDone() && waiting.isEmpty();
    if (!isDone) schedule();
    return isDone;
  };
  const flush = (): Promise<boolean> =>
    (running ??= flushOnce().finally(() => {
      running = undefined;
    }));
  return { schedule, flush, isFailing: () => failing, stop: () => clearTimeout(timer) };
}

/** Writes until nothing is left, or the time is up. */
async function flushUntil(endMs: number, clock: Clock, { flush, isFailing }: Flusher): Promise<boolean> {
  while (!(await flush())) {
    if (clock.monotonicMs() > endMs) return false;
    if (isFailing()) await new Promise((resolve) => setTimeout(resolve, CLOSE_STEP_MS));
  }
  return true;
}

/** Writes batches part by part; a part that fails keeps those behind it waiting. */
interface PartWriter {
  readonly isDone: () => boolean;
  readonly take: (batch: SpendBatch) => void;
  /** out: undefined once all parts are in the database, else why not. */
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

/** out: undefined once it is in the database, else why it may not be. */
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
    // The database has said no, and so it will again: money counts more than the rows that tell of it.
    if (!PASSING.has(written.error.code ?? '')) writing.batch = withoutRows(writing.batch);
  }
  return written.error.message;
}

function toProxySpend(budget: ProxyBudget | undefined, usd: number, nowMs: number): ProxySpend | undefined {
  if (budget === undefined || usd === 0) return undefined;
  const duration = budget.duration === undefined ? undefined : parseDuration(budget.duration);
  return { ...budget, usd, resetAt: duration === undefined ? undefined : new Date(resetTimeMs(duration, nowMs)) };
}

/** What cannot even be asked will not be asked again: money is written without the rows. */
function giveUpRows(writing: Writing, bug: unknown, log: Log): string {
  log.error('bug', { message: bug instanceof Error ? (bug.stack ?? bug.message) : String(bug) });
  writing.batch = withoutRows(writing.batch);
  return 'a bug';
}
