import type { Clock, Log, StoreAnswer } from '../ports/index.ts';
import {
  dueBudgets,
  dueOwners,
  RESET_ROWS_MAX,
  resetBudgets,
  resetOwners,
  takeResetLock,
  type Database,
  type DueBudget,
  type NextReset,
  type ResetOwner,
  type Store,
} from '../store/index.ts';
import { announceChange, parseDuration, resetTimeMs } from '../tenants/index.ts';

/** What the reset of budgets is made with. */
export interface BudgetResetOptions {
  readonly store: Pick<Store, 'manage' | 'notify'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The id of the budget of customers without one of their own. Default: none. */
  readonly endUserBudgetId?: () => string | undefined;
  /** The time between checks in milliseconds, which bounds how late a budget is reset. Default: one minute. */
  readonly everyMs?: number;
}

/** Resets budgets whose period has ended. */
export interface BudgetResets {
  /** Checks once. out: the number of resets; undefined when another instance does it, or the database is away. */
  readonly run: () => Promise<number | undefined>;
  readonly close: () => void;
}

const EVERY_MS = 60_000;
const OWNERS: readonly ResetOwner[] = ['key', 'user', 'team'];

/** Starts the checks, which run until they are closed. Of all instances on a database one works at a time. */
export function createBudgetResets(options: BudgetResetOptions): BudgetResets {
  const { store, clock, log, endUserBudgetId = () => undefined, everyMs = EVERY_MS } = options;
  const run = async (): Promise<number | undefined> => {
    let started = 0;
    let more = true;
    while (more) {
      const answer = await store.manage.transact((transaction) => resetDue(transaction, clock.nowMs(), endUserBudgetId()));
      const counts = countsOf(answer, log);
      if (counts === undefined) return undefined;
      started += counts.reduce((sum, count) => sum + count, 0);
      more = counts.includes(RESET_ROWS_MAX);
    }
    if (started === 0) return 0;
    // Instances that hold their rows read them again.
    await announceChange(store, { kind: 'all' });
    log.info('budgets-reset', { count: started });
    return started;
  };
  const timer = setInterval(() => void run(), everyMs);
  timer.unref();
  return { run, close: () => clearInterval(timer) };
}

function countsOf(answer: StoreAnswer<readonly number[] | undefined>, log: Log): readonly number[] | undefined {
  if (answer.ok) return answer.value;
  if (answer.error.kind === 'refused') log.warn('budgets-not-reset', { why: answer.error.message });
  return undefined;
}

/** out: the number of rows of each kind; undefined when another instance holds the lock. */
async function resetDue(transaction: Database, nowMs: number, ofEndUsers: string | undefined): Promise<readonly number[] | undefined> {
  if (!(await takeResetLock(transaction))) return undefined;
  const toNext = ({ id, duration }: DueBudget): NextReset => {
    const parsed = duration === null ? undefined : parseDuration(duration);
    return { id, at: parsed === undefined ? undefined : new Date(resetTimeMs(parsed, nowMs)) };
  };
  const counts: number[] = [];
  for (const owner of OWNERS) {
    const due = await dueOwners(transaction, owner);
    counts.push(due.length);
    if (due.length > 0) await resetOwners(transaction, owner, due.map(toNext));
  }
  const due = await dueBudgets(transaction);
  if (due.length > 0) await resetBudgets(transaction, due.map(toNext), ofEndUsers);
  return [...counts, due.length];
}
