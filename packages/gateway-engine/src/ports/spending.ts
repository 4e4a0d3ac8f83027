import type { DialectId, JsonObject } from '@stagegate/core-transforms';
import type { Budget, Caller } from './caller.ts';
import type { Deployment } from './gateway-config.ts';
import type { SumWindow } from './window-sums.ts';

/** An answer, once it is whole: for whom, by whom, and what it took. */
export interface SpentCall {
  /** What `x-litellm-call-id` shows. */
  readonly callId: string;
  /** The answer's own id; undefined when it has none. */
  readonly answerId: string | undefined;
  readonly dialect: DialectId;
  readonly caller: Caller | undefined;
  readonly endUserId: string | undefined;
  /** Of the sums that the call is added to, what its callers' budgets by model say. */
  readonly windows: readonly SumWindow[];
  readonly tags: readonly string[];
  readonly modelGroup: string;
  readonly deployment: Deployment;
  /** 0 for an answer from the cache, and where nobody knows what the model costs. */
  readonly usd: number;
  /** Tokens. */
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  /** As the provider counted, in chat's words. */
  readonly usage: JsonObject;
  /** Under which the cache had it; undefined: a provider answered. */
  readonly cacheKey: string | undefined;
  /** Monotonic: when the call came, when the first of the answer went to the client, when the last did. */
  readonly cameMs: number;
  readonly firstMs: number;
  readonly endedMs: number;
}

/** Who keeps account of what is spent. */
export interface Spending {
  /** Counts at once for whoever is asked next; written down soon. Never throws, never waits. */
  readonly spent: (call: SpentCall) => void;
}

/** Whose money it is. */
export type SpendScope = 'key' | 'team' | 'member' | 'user' | 'project' | 'organization' | 'end_user' | 'tag' | 'window';

/** One of several windows that a key's or a team's money is for: `budget_limits`. */
export interface SpendWindow {
  readonly owner: 'key' | 'team';
  readonly id: string;
  /** `1d`, as it stands in the row. */
  readonly duration: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
}

/** When rows are about to be read: what is written after it may or may not be in them. */
export type SpendMark = number;

/** Budgets that know at once what was spent since their rows were read. */
export interface SpendMeters {
  readonly mark: () => SpendMark;
  /** A budget as its row says, read after the mark, and what this process has counted since. */
  readonly budget: (mark: SpendMark, scope: SpendScope, id: string, row: Budget) => Budget;
  readonly add: (scope: SpendScope, id: string, usd: number) => void;
  /** Somebody has set rows anew, these or, without a scope, any: what others have told of them holds no more. */
  readonly forget: (scope?: SpendScope, id?: string) => void;
  /** What was added is in the database now. */
  readonly written: (amounts: Iterable<readonly [scope: SpendScope, id: string, usd: number]>) => void;
}
