import type { ActiveKeys } from './active-keys.ts';

/** What a minute's limit counts, in the reference's words; `max_parallel_requests` counts what runs at once. */
export type RateKind = 'requests' | 'tokens' | 'max_parallel_requests';

/** What somebody may do, at most. Undefined: no limit. */
export interface RateLimit {
  /** Whose limit it is, in the reference's words: `api_key`, `team`, `model_per_key` … */
  readonly scope: string;
  /** Which of them: what is counted under one scope and id is counted together. */
  readonly id: string;
  /** Per minute. */
  readonly requests: number | undefined;
  /** Per minute, of prompt and answer. */
  readonly tokens: number | undefined;
  /** At once. */
  readonly parallel: number | undefined;
}

/** Limits by the name of a model. `id` is the owner's, to which the model is added. */
export interface ModelRateLimits {
  readonly scope: string;
  readonly id: string;
  readonly requests: Readonly<Record<string, number>>;
  readonly tokens: Readonly<Record<string, number>>;
}

/** The limits of a caller, in the order in which they are asked. */
export interface RateLimits {
  /** Of the key, its user, its team, the member. */
  readonly own: readonly RateLimit[];
  readonly byModel: readonly ModelRateLimits[];
  /** Of the project and the organisation. */
  readonly others: readonly RateLimit[];
}

/** How a limit stands; as an answer to `take`: it is reached. */
export interface RateStanding {
  readonly limit: RateLimit;
  readonly kind: RateKind;
  readonly max: number;
  readonly remaining: number;
}

/** What a group may a minute, and what of it is a priority's share. */
export interface ShareLimits {
  readonly group: string;
  readonly priority: string | undefined;
  /** What its deployments may together, as their rows say. */
  readonly of: Pick<RateLimit, 'requests' | 'tokens'>;
  readonly whole: RateLimit;
  /** Undefined: nothing is kept for anybody. */
  readonly share: RateLimit | undefined;
  /** The share is held once this part of the whole is used. */
  readonly fullFrom: number;
}

/** A group, or a share, that has nothing left. */
export interface ShareStanding extends RateStanding {
  /** How much of the whole is used: the larger part of calls and tokens. */
  readonly saturation: number;
}

/** What a call has taken of its limits, until it ends. */
export interface RateHold {
  /** What was left after it was taken. */
  readonly left: readonly RateStanding[];
  /** A provider has counted tokens. */
  readonly told: (tokens: number) => void;
  /**
   * The call is over; further ends are no news. What it was counted for beforehand becomes what providers told; where none told
   * anything it stands, unless the call failed.
   */
  readonly end: (failed: boolean, nowMs: number) => void;
}

/** Whether there is room cannot be known now, and nobody is let in on a guess: `general_settings.fail_closed_rate_limit_enforcement`. */
export interface RateUnknown {
  readonly kind: 'unknown';
}

/** What taking gives: a hold, or why there is none, which has a `kind`. */
export type RateTaken = RateHold | RateStanding | RateUnknown;

/** The same of a share. */
export type ShareTaken = RateHold | ShareStanding | RateUnknown;

/** Counts calls and tokens against limits, behind a port: in memory, or shared between instances. Times are monotonic milliseconds. */
export interface RateCounters {
  /** Who calls which group. */
  readonly active: ActiveKeys;
  /**
   * Takes one request, one place among those that run, and `tokens`, of every limit; or says which is reached, and then takes no
   * place and no tokens. A request that fails for its tokens or its place has counted as a request, as in the reference.
   * In memory it says so at once.
   */
  readonly take: (limits: readonly RateLimit[], tokens: number, nowMs: number) => RateTaken | Promise<RateTaken>;
  /**
   * Takes one request of a group and of a share of it, in one step: of both or of none. Tokens are counted when they are told, so that a
   * group or a share has none left once as many were.
   */
  readonly takeShare: (limits: ShareLimits, nowMs: number) => ShareTaken | Promise<ShareTaken>;
}
