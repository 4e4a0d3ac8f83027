import type { ModelNames } from '../auth/index.ts';
import type { LoadedConfig } from '../config/index.ts';
import type { Admission } from '../limits/index.ts';
import type {
  Clock,
  ConfigState,
  HealthChecks,
  Log,
  ManagedCall,
  ResponseCache,
  Spending,
  StoreAnswer,
  WindowSums,
} from '../ports/index.ts';
import type { Database, Store } from '../store/index.ts';
import { refuseStoreFailure } from './refusal.ts';

/** What routes that manage the gateway are made with. */
export interface ManagementParts {
  readonly config: LoadedConfig;
  readonly clock: Clock;
  readonly health: HealthChecks;
  readonly log: Log;
  /** The calls of this process, and its way out of service. */
  readonly traffic: Pick<Admission, 'backlog' | 'drain'>;
  /** What providers and tags have cost. */
  readonly sums: WindowSums;
  /** Of budgets by model; absent: nobody counts those. */
  readonly spending?: Pick<Spending, 'sums'> | undefined;
  /** Undefined: there is no database. */
  readonly store: Store | undefined;
  /** Absent: no answer is kept. */
  readonly cache?: ResponseCache | undefined;
  /** Absent: the configuration stays as it is. */
  readonly configState?: (() => ConfigState) | undefined;
}

/** The same with a database. */
export interface StoredParts extends ManagementParts {
  readonly names: ModelNames;
  readonly store: Store;
}

/** An answer that is no JSON. */
export class Page {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;

  constructor(type: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) {
    this.body = body;
    this.headers = { 'content-type': type, 'x-content-type-options': 'nosniff', ...headers };
  }
}

/** Answers a call with a Page, or with a value that is sent as JSON. Throws a Refusal for what it does not do. */
export type Handler<Parts> = (parts: Parts, call: ManagedCall) => Promise<unknown>;

/** Asks the database on the connections that are for managing. Throws a Refusal when it does not answer. */
export async function ask<T>(parts: StoredParts, query: (database: Database) => Promise<T>): Promise<T> {
  return valueOf(parts, await parts.store.manage.run(query));
}

/** The same for several changes that are made together or not at all. */
export async function change<T>(parts: StoredParts, work: (transaction: Database) => Promise<T>): Promise<T> {
  return valueOf(parts, await parts.store.manage.transact(work));
}

function valueOf<T>({ log }: StoredParts, answer: StoreAnswer<T>): T {
  if (answer.ok) return answer.value;
  const refusal = refuseStoreFailure(answer.error);
  // What the caller did not bring about is the operator's to know; that there is no connection is told by who connects.
  if (answer.error.kind === 'refused' && refusal.status >= 500) log.error('database-refused', { why: answer.error.message });
  throw refusal;
}
