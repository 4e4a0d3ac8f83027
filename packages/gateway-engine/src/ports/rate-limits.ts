import type { ActiveKeys } from './active-keys.ts';

/** What a limit counts, by the reference's names: per minute, except that `max_parallel_requests` counts concurrent calls. */
export type RateKind = 'requests' | 'tokens' | 'max_parallel_requests';

/** A limit on what somebody may do. Undefined members: no limit. */
export interface RateLimit {
  /** Whose limit it is, by the reference's names: `api_key`, `team`, `model_per_key` … */
  readonly scope: string;
  /** Whose: what has the same scope and id is counted together. */
  readonly id: string;
  /** Per minute. */
  readonly requests: number | undefined;
  /** Per minute, of prompt and answer. */
  readonly tokens: number | undefined;
  /** At once. */
  readonly parallel: number | undefined;
}

/** Limits by model name. The model is added to the owner's `id`. */
export interface ModelRateLimits {
  readonly scope: string;
  readonly id: string;
  readonly requests: Readonly<Record<string, number>>;
  readonly tokens: Readonly<Record<string, number>>;
}

/** The limits of a caller, in the order in which they are checked. */
export interface RateLimits {
  /** Of the key, its user, its team, the member. */
  readonly own: readonly RateLimit[];
  readonly byModel: readonly ModelRateLimits[];
  /** Of the project and the organisation. */
  readonly others: readonly RateLimit[];
}

/** How far a limit is used. As the answer to `take`: it is reached. */
export interface RateStanding {
  readonly limit: RateLimit;
  readonly kind: RateKind;
  readonly max: number;
  readonly remaining: number;
}

/** What a group may do in a minute, and a priority's share of it. */
export interface ShareLimits {
  readonly group: string;
  readonly priority: string | undefined;
  /** What its deployments may do together, as configured. */
  readonly of: Pick<RateLimit, 'requests' | 'tokens'>;
  readonly whole: RateLimit;
  /** Undefined: nothing is reserved for anybody. */
  readonly share: RateLimit | undefined;
  /** The share is enforced once this part of the whole is used. */
  readonly fullFrom: number;
}

/** A group, or a share of it, that is used up. */
export interface ShareStanding extends RateStanding {
  /** The used part of the whole: of calls or of tokens, whichever is larger. */
  readonly saturation: number;
}

/** What a call holds of its limits until it ends. */
export interface RateHold {
  /** What was left after it was taken. */
  readonly left: readonly RateStanding[];
  /** Tokens that a provider has counted. */
  readonly told: (tokens: number) => void;
  /**
   * Ends the hold; only the first end counts. The reserved tokens are replaced by those that were told. Where none were told the
   * reservation stands, unless the call failed.
   */
  readonly end: (failed: boolean, nowMs: number) => void;
}

/**
 * It cannot be known now whether there is room, and no call is admitted on a guess: `general_settings.fail_closed_rate_limit_enforcement`.
 */
export interface RateUnknown {
  readonly kind: 'unknown';
}

/** The result of taking: a hold; or why there is none, told apart by its `kind`. */
export type RateTaken = RateHold | RateStanding | RateUnknown;

/** The same for a share. */
export type ShareTaken = RateHold | ShareStanding | RateUnknown;

/** Counts calls and tokens against limits, behind a port: in memory, or shared between instances. Times are monotonic milliseconds. */
export interface RateCounters {
  /** Which keys are active in which group. */
  readonly active: ActiveKeys;
  /**
   * Takes one request, one place among the running calls, and `tokens` of every limit; or says which limit is reached, and then takes no
   * place and no tokens. A call that is refused for its tokens or its place still counts as a request, as in the reference. At once when
   * counted in memory.
   */
  readonly take: (limits: readonly RateLimit[], tokens: number, nowMs: number) => RateTaken | Promise<RateTaken>;
  /**
   * Takes one request of a group and of a share of it in one step: of both or of neither. Tokens are counted once they are told; when a
   * minute's tokens have been told, the group or share is full.
   */
  readonly takeShare: (limits: ShareLimits, nowMs: number) => ShareTaken | Promise<ShareTaken>;
}
