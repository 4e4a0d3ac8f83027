import type { StoreAnswer, StoreHealth } from '../ports/index.ts';
import type { Database } from './pool.ts';

/** Access to the database: callers write the queries; connecting, and what happens while it is away, is decided here. */
export interface Store extends Asking, StoreHealth {
  /** The same on a few connections of their own: what people ask for in the admin page never keeps a call to a model waiting. */
  readonly manage: Asking;
  /**
   * Hears what is told on a channel. `onGap` is called when something may have been missed: at the start, and after every broken
   * connection.
   */
  readonly listen: (channel: string, heard: (payload: string) => void, onGap: () => void) => void;
  /** Tells every instance that listens. */
  readonly notify: (channel: string, payload: string) => Promise<StoreAnswer<void>>;
  /** Resolves with true when the database is ready, with false when it is not within this time. */
  readonly ready: (withinMs: number) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Both ways to ask. Neither rejects for what the database does; a bug in a query is thrown. */
export interface Asking {
  /** One query, or several that need not be seen together. */
  readonly run: <T>(query: (database: Database) => Promise<T>) => Promise<StoreAnswer<T>>;
  /** Everything or nothing. What fails while it is made durable may have been done: the caller's rows say so. */
  readonly transact: <T>(work: (transaction: Database) => Promise<T>) => Promise<StoreAnswer<T>>;
}

/** What a store is made with. */
export interface StoreOptions {
  readonly url: string;
  /** All connections together, default 10: one listens, a quarter is for managing, the others serve calls. */
  readonly connectionsMax?: number;
  /** Longest wait for an answer, of calls and of managing. Default: 2,000 and 10,000. */
  readonly answerMs?: number;
  readonly manageAnswerMs?: number;
  /** Longest wait for a connection; default 2,000. */
  readonly connectMs?: number;
  /** How often a database that is not there is asked whether it is back; default 500. */
  readonly probeMs?: number;
  /**
   * Done once per time that the database is reached, before it counts as ready: its tables are made or looked at. A failure is tried again.
   */
  readonly prepare?: (database: Database) => Promise<void>;
  readonly onState?: (state: ReturnType<StoreHealth['state']>, why: string) => void;
}
