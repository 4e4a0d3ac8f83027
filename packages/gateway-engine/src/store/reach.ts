import { sql } from 'drizzle-orm';
import type { StoreAnswer, StoreFailure, StoreState } from '../ports/index.ts';
import { ask } from './ask.ts';
import type { Database, Pool } from './pool.ts';

/** The two pools of a store; replaced together. */
export interface Pools {
  readonly calls: Pool;
  readonly manage: Pool;
}

/** How a database is looked for. Milliseconds. */
export interface ReachOptions {
  readonly open: () => Pools;
  readonly answerMs: number;
  readonly prepareMs: number;
  readonly probeMs: number;
  readonly prepare: ((database: Database) => Promise<void>) | undefined;
  readonly onState: (state: StoreState, why: string) => void;
}

/** Knows whether the database is there: looks for it until it is, and again after several questions in a row got no answer. */
export interface Reach {
  readonly state: () => StoreState;
  readonly pools: () => Pools;
  readonly noteSuccess: () => void;
  /** `asked`: the pools that gave no answer; what is said of pools that are gone says nothing about now. */
  readonly noteFailure: (error: StoreFailure, asked: Pools) => void;
  /** Resolves with true when the database is ready, with false when it is not within this time. */
  readonly ready: (withinMs: number) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** So many unanswered questions in a row, and the next ones fail at once. */
const FAILURES_MAX = 5;
const CLOSE_SECONDS = 1;

/** Starts to look for the database. */
export function createReach({ open, answerMs, prepareMs, probeMs, prepare, onState }: ReachOptions): Reach {
  const waiting = new Set<() => void>();
  let pools = open();
  let state: StoreState = 'connecting';
  let failures = 0;
  let probing: NodeJS.Timeout | undefined;
  let closed = false;

  const enter = (next: StoreState, why: string): void => {
    state = next;
    onState(next, why);
  };
  // Connections that hang are never given back: the pools that hold them go, and new ones look for the database.
  const reopen = (): void => {
    destroy(pools);
    pools = open();
  };
  const lookAgain = (): void => {
    probing = setTimeout(() => void probe(), probeMs);
  };
  const look = async (): Promise<StoreAnswer<unknown>> => {
    const answer = await ask(pools.calls, answerMs, (database) => database.execute(sql`select 1`));
    return answer.ok && prepare !== undefined ? ask(pools.manage, prepareMs, prepare) : answer;
  };
  const probe = async (): Promise<void> => {
    // A bug in what prepares a database must not end the search for it.
    const answer = await look().catch((bug: unknown): StoreAnswer<unknown> => ({
      ok: false,
      error: { kind: 'refused', message: String(bug) },
    }));
    if (closed) return;
    if (!answer.ok) {
      if (answer.error.kind !== 'refused') reopen();
      onState(state, answer.error.message);
      return lookAgain();
    }
    failures = 0;
    enter('ready', 'the database answers');
    for (const wake of waiting) wake();
    waiting.clear();
  };
  void probe();
  return {
    state: () => state,
    pools: () => pools,
    noteSuccess: () => {
      failures = 0;
    },
    noteFailure: (error, asked) => {
      if (error.kind === 'refused' || asked !== pools) return;
      failures += 1;
      if (failures < FAILURES_MAX || state !== 'ready' || closed) return;
      reopen();
      enter('down', error.message);
      lookAgain();
    },
    ready: (withinMs) => (state === 'ready' ? Promise.resolve(true) : waitFor(waiting, withinMs)),
    close: async () => {
      closed = true;
      clearTimeout(probing);
      await Promise.all([pools.calls.sql.end({ timeout: CLOSE_SECONDS }), pools.manage.sql.end({ timeout: CLOSE_SECONDS })]);
      destroy(pools);
    },
  };
}

function destroy({ calls, manage }: Pools): void {
  calls.destroy();
  manage.destroy();
}

function waitFor(waiting: Set<() => void>, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      waiting.delete(wake);
      resolve(false);
    }, withinMs);
    const wake = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    waiting.add(wake);
  });
}
