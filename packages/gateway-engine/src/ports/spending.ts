import type { DialectId, JsonObject } from '@stagegate/core-transforms';
import type { SpentBudget } from '../errors/index.ts';
import type { Budget, Caller } from './caller.ts';
import type { Deployment } from './gateway-config.ts';
import type { SumWindow, WindowSums } from './window-sums.ts';

/** What was asked and answered: told only where the operator wants it written down. */
export interface SaidInCall {
  readonly request: JsonObject;
  /** As the client got it; undefined: it got none. */
  readonly answer: string | undefined;
}

/** What is written down of a call, however it ended. */
export interface LoggedCall {
  /** What `x-litellm-call-id` shows. */
  readonly callId: string;
  readonly dialect: DialectId;
  readonly caller: Caller | undefined;
  readonly endUserId: string | undefined;
  readonly tags: readonly string[];
  /** Null: it says none, and none is made up. */
  readonly sessionId: string | null;
  /** Where it came from; empty if unknown. */
  readonly address: string;
  /** Empty: it says none. */
  readonly userAgent: string;
  /** Empty if the model has no group. */
  readonly modelGroup: string;
  /** Monotonic: when the call came, and when it ended. */
  readonly cameMs: number;
  readonly endedMs: number;
  readonly said?: SaidInCall | undefined;
}

/** An answer, once it is whole: for whom, by whom, and what it took. */
export interface SpentCall extends LoggedCall {
  /** The answer's own id; undefined when it has none. */
  readonly answerId: string | undefined;
  /** Of the sums that the call is added to, what its callers' budgets by model say. */
  readonly windows: readonly SumWindow[];
  /** Model access groups that pay for it; absent: none. */
  readonly accessGroups?: readonly string[];
  readonly deployment: Deployment;
  /** 0 for an answer from the cache, and if the model's price is unknown. */
  readonly usd: number;
  /** Tokens. */
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  /** The provider's count, in chat's shape. */
  readonly usage: JsonObject;
  /** Under which the cache had it; undefined: a provider answered. */
  readonly cacheKey: string | undefined;
  /** Monotonic: when the first of the answer went to the client. */
  readonly firstMs: number;
  /** Why a stream broke off: it costs what came of it. Absent: nothing is missing. */
  readonly failure?: CallFailure | undefined;
}

/** How a call failed. */
export interface CallFailure {
  /** The status that the client saw, or would have. */
  readonly code: string;
  /** LiteLLM's name of the kind of error. */
  readonly className: string;
  /** LiteLLM's name for all errors of the kind: `429_RATE_LIMIT_EXCEEDED` … */
  readonly normalized: string;
  /** Empty: none was asked. */
  readonly provider: string;
  readonly message: string;
  /** Whose rate limit was reached, and which, in LiteLLM's words; undefined: none was, or it is not known which. */
  readonly rateLimit: { readonly of: 'litellm_rate_limit' | 'vendor_rate_limit'; readonly kind: string | undefined } | undefined;
  /** The budget that is spent; undefined: none is, or it is one model's. */
  readonly spent: SpentBudget | undefined;
}

/** A call of somebody known that ended with an error. */
export interface FailedCall extends LoggedCall {
  /** Who failed, where it came to that. */
  readonly deployment: Deployment | undefined;
  /** The provider's name of it, else what was asked for; `unknown-model` for one that no deployment has. */
  readonly model: string;
  readonly error: CallFailure;
}

/** Money that is set aside for a call while it runs. */
export interface SpendHold {
  /**
   * The call is over, and what it cost has been told; further ends are no news.
   *
   * in: `thoughtUsd`, the estimated cost of a call whose client did not wait for the answer, which counts until the rows are read again;
   *     absent: nothing.
   */
  readonly end: (thoughtUsd?: number) => void;
}

/** Why nothing was set aside: a budget has no room for it. */
export interface SpendFull {
  readonly kind: 'full';
  /** Which of the budgets. */
  readonly at: number;
  /** What it has spent, as the reference words it. */
  readonly usd: number;
  /** What the call may cost, where some room was left, though not enough. */
  readonly asked: number | undefined;
}

/** Who keeps account of what is spent. */
export interface Spending {
  /** Of budgets by model; absent: those are not counted. */
  readonly sums?: WindowSums | undefined;
  /**
   * Sets money aside at each of several budgets, or at none: what a call may cost, or less where less is left.
   *
   * in:  budgets with a limit, as callers have them; `whole`: all of it, or nothing.
   * out: at once where no other instance has to be asked.
   */
  readonly setAside: (budgets: readonly Budget[], usd: number, whole: boolean) => SpendHold | SpendFull | Promise<SpendHold | SpendFull>;
  /** Counts at once, for the next check; written to the database soon. Never throws, never waits. */
  readonly spent: (call: SpentCall) => void;
  /** The same of a call that failed, and cost nothing. */
  readonly failed: (call: FailedCall) => void;
}

/** Whose money it is. */
export type SpendScope =
  | 'key'
  | 'team'
  | 'member'
  | 'user'
  | 'project'
  | 'organization'
  | 'end_user'
  | 'tag'
  | 'model_access_group'
  | 'window';

/** One of several windows that a key's or a team's money is for: `budget_limits`. */
export interface SpendWindow {
  readonly owner: 'key' | 'team';
  readonly id: string;
  /** `1d`, as in the row. */
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
