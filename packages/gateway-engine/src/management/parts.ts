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

/** What the management routes are made with. */
export interface ManagementParts {
  readonly config: LoadedConfig;
  readonly clock: Clock;
  readonly health: HealthChecks;
  readonly log: Log;
  /** The calls of this process, and the way to drain it. */
  readonly traffic: Pick<Admission, 'backlog' | 'drain'>;
  /** The spend of providers and tags. */
  readonly sums: WindowSums;
  /** The spend of budgets by model; absent: it is not counted. */
  readonly spending?: Pick<Spending, 'sums'> | undefined;
  /** Undefined: there is no database. */
  readonly store: Store | undefined;
  /** Absent: answers are not cached. */
  readonly cache?: ResponseCache | undefined;
  /** Absent: the configuration stays as it is. */
  readonly configState?: (() => ConfigState) | undefined;
}

/** The parts of routes that need a database. */
export interface StoredParts extends ManagementParts {
  readonly names: ModelNames;
  readonly store: Store;
}

/** An answer that is not JSON. */
export class Page {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;

  constructor(type: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) {
    this.body = body;
    this.headers = { 'content-type': type, 'x-content-type-options': 'nosniff', ...headers };
  }
}

/** Answers a call with a Page, or with a value that is sent as JSON. Throws a Refusal for a call that it refuses. */
export type Handler<Parts> = (parts: Parts, call: ManagedCall) => Promise<unknown>;

/** Runs a query on the connections for management. Throws a Refusal when the database fails or does not answer. */
export async function ask<T>(parts: StoredParts, query: (database: Database) => Promise<T>): Promise<T> {
  return valueOf(parts, await parts.store.manage.run(query));
}

/** Runs several changes in one transaction, on the same connections and with the same errors. */
export async function change<T>(parts: StoredParts, work: (transaction: Database) => Promise<T>): Promise<T> {
  return valueOf(parts, await parts.store.manage.transact(work));
}

function valueOf<T>({ log }: StoredParts, answer: StoreAnswer<T>): T {
  if (answer.ok) return answer.value;
  const refusal = refuseStoreFailure(answer.error);
  // Failures that the caller did not cause are logged for the operator. A lost connection is logged where connections are made.
  if (answer.error.kind === 'refused' && refusal.status >= 500) log.error('database-refused', { why: answer.error.message });
  throw refusal;
}
