import type { TokenRooms } from './token-rooms.ts';
import type { WindowSums } from './window-sums.ts';

/** What is remembered of one deployment. Plain data; times are of the monotonic clock, in milliseconds. */
export interface DeploymentCounts {
  /** Calls that are under way, here … */
  readonly inFlight: number;
  /** … and in other instances, where they are known. */
  readonly inFlightElsewhere: number;
  /** Of the running minute. */
  readonly successes: number;
  readonly failures: number;
  readonly requests: number;
  readonly tokens: number;
  /** 0: it is not cooling down. Past: it is half open. */
  readonly coolUntilMs: number;
  /** How long it cools down, for what clients are told. */
  readonly coolSeconds: number;
  /** Until then one call finds out whether it is well again. */
  readonly probeUntilMs: number;
  /** Until then a check of its health has found it ill; 0: none has. */
  readonly unhealthyUntilMs: number;
  /** Mean of the last answers: seconds for one, or for a token of it; 0: none is remembered. */
  readonly latencySeconds: number;
  /** Mean to the first event of the last streams; 0: none is remembered. */
  readonly firstEventSeconds: number;
}

/** What a successful attempt took. */
export interface AttemptTimes {
  readonly latencySeconds: number;
  readonly firstEventSeconds: number | undefined;
}

/** `allowed_fails`: more of them than `allowed`, within so many seconds from the first, are a cooldown. */
export interface AllowedFails {
  readonly allowed: number;
  readonly keepSeconds: number;
  /** How long the cooldown is. */
  readonly seconds: number;
}

/**
 * What the router remembers between calls, behind a port: in memory, or shared between instances. Reads are of this
 * instance's own view and cost a look-up; whoever shares it brings the views together behind them, within a second.
 * Memory is bounded by the deployments that are asked, and what clients name by a fixed number.
 */
export interface RoutingCounters {
  /** Undefined for a deployment of which nothing is remembered. */
  readonly read: (id: string, nowMs: number) => DeploymentCounts | undefined;
  /** Whether any deployment at all is cooling down or half open: while none is, nobody need be asked. */
  readonly anyCooling: () => boolean;
  readonly began: (id: string, nowMs: number) => void;
  readonly ended: (id: string, nowMs: number) => void;
  readonly succeeded: (id: string, nowMs: number) => void;
  readonly failed: (id: string, nowMs: number) => void;
  /** A failure of a kind that a number of is allowed; says whether there were more. Where it turns out later that there were, the deployment is cooled down. */
  readonly countFail: (id: string, kind: string, rule: AllowedFails, nowMs: number) => boolean;
  readonly coolDown: (id: string, seconds: number, nowMs: number) => void;
  /** Takes the one probe of a half-open deployment; false when another call has it. */
  readonly beginProbe: (id: string, nowMs: number) => boolean;
  /** The probe ended without a verdict: the next call may take it. */
  readonly dropProbe: (id: string) => void;
  readonly recover: (id: string) => void;
  /** What a check of its health has found, and until when that counts; 0: it is well. */
  readonly noteHealth: (id: string, unhealthyUntilMs: number, nowMs: number) => void;
  readonly addUsage: (id: string, tokens: number, nowMs: number) => void;
  readonly addTimes: (id: string, times: AttemptTimes, samplesMax: number, keepSeconds: number, nowMs: number) => void;
  /** A client's call has come. */
  readonly countRequest: (nowMs: number) => void;
  /** Whether the retry budget has room for one more attempt; takes it when it has. */
  readonly takeRetry: (nowMs: number) => boolean;
  /** The deployment that a client's calls stay with. */
  readonly affinityOf: (key: string, nowMs: number) => string | undefined;
  readonly keepAffinity: (key: string, id: string, seconds: number, nowMs: number) => void;
  /** What providers, deployments and tags have cost. */
  readonly sums: WindowSums;
  /** What deployments have read and written of their minute. */
  readonly rooms: TokenRooms;
}
