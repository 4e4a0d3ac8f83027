import type { LaneId } from './call.ts';

/** Which calls a rule is for. An absent member matches everything. */
export interface RuleMatch {
  /** A public path, as a client calls it; every alias of its route matches too. `*` stands for any characters. */
  readonly route?: string;
  /** Provider id: matches when all candidate deployments of the model have it. */
  readonly provider?: string;
  /** Public model name (`model_name` or what a wildcard matched). `*` stands for any characters. */
  readonly model?: string;
  readonly stream?: boolean;
}

/** `off` leaves every call where it is, `canary` moves a share of the callers, `on` moves all of them. */
export type CandidateMode = 'off' | 'canary' | 'on';

/** What a canary keeps together: all calls of one key, one team, or one session. */
export type Sticky = 'key' | 'team' | 'session';

/** The lane a rule is moving to. */
export interface RuleCandidate {
  readonly lane: LaneId;
  /** What the configuration asks for. Its gate decides whether that happens. */
  readonly mode: CandidateMode;
  /** The part of the callers, 0 to 100, in mode `canary`. */
  readonly percent: number;
  readonly sticky: Sticky;
}

/** What a rule's candidate must show before it serves, by the names of the configuration. */
export interface RuleGate {
  /** Highest rate of mismatches, above 0 and below 1. */
  readonly mismatch_max: number;
  /** How sure to be of it, above 0 and below 1. */
  readonly confidence: number;
  /** Fewest samples of every stratum that was seen, at least 1. */
  readonly stratum_min: number;
  /** Highest ratio of the candidate's latency to the serving lane's at the 99th percentile; absent: latency is not judged. */
  readonly p99_latency_ratio_max?: number;
}

/** The name of what calls fall under that no rule matches; no rule may have it. */
export const DEFAULT_RULE = 'default';

/** The gate of a rule without one, and the values of members that a rule's gate leaves out. */
export const DEFAULT_GATE: RuleGate = { mismatch_max: 0.001, confidence: 0.95, stratum_min: 20 };

export interface MigrationRule {
  /** Unique. */
  readonly name: string;
  readonly match: RuleMatch;
  /** The serving lane. */
  readonly lane: LaneId;
  readonly candidate?: RuleCandidate;
  /** Absent: the gate that every rule has by default. */
  readonly gate?: RuleGate;
}

/** The `migration:` block of the config file, parsed. */
export interface Migration {
  /** Base URL of the running reference, without a trailing slash; undefined when there is none. */
  readonly referenceUrl: string | undefined;
  /** In order; the first that matches wins. */
  readonly rules: readonly MigrationRule[];
  readonly defaultLane: LaneId;
}

/** The lane for a call, and why. There is one for every call, so that every answer can name what served it. */
export interface LaneChoice {
  readonly lane: LaneId;
  /** The lane that takes over when `lane` declines; the same one when there is none. */
  readonly servingLane: LaneId;
  /** Name of the rule, `default`, or `undecided`. */
  readonly rule: string;
  /** For people to read: `candidate on`, `no verdict`, `outside the canary`, `no rule matches`, `unknown model`. */
  readonly why: string;
}
