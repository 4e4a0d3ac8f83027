import type { TokenRooms } from './token-rooms.ts';
import type { WindowSums } from './window-sums.ts';

/** What is remembered of one deployment. Plain data; times are monotonic milliseconds. */
export interface DeploymentCounts {
  /** Calls in flight from this instance … */
  readonly inFlight: number;
  /** … and from other instances, where they are known. */
  readonly inFlightElsewhere: number;
  /** In the running minute, like those below. */
  readonly successes: number;
  readonly failures: number;
  readonly requests: number;
  readonly tokens: number;
  /** 0: not cooling down. In the past: the cooldown is over, and a probe is due. */
  readonly coolUntilMs: number;
  /** How long the cooldown is, as shown to clients. */
  readonly coolSeconds: number;
  /** Until then, one call is the probe that finds out whether it has recovered. */
  readonly probeUntilMs: number;
  /** Until then, a health check counts it as unhealthy; 0: none does. */
  readonly unhealthyUntilMs: number;
  /** Mean latency of the last answers: seconds per answer, or per token; 0: none is known. */
  readonly latencySeconds: number;
  /** Mean time to the first event of the last streams, seconds; 0: none is known. */
  readonly firstEventSeconds: number;
}

/** What a successful attempt took. */
export interface AttemptTimes {
  readonly latencySeconds: number;
  readonly firstEventSeconds: number | undefined;
}

/** `allowed_fails`: more than `allowed` failures within so many seconds of the first cause a cooldown. */
export interface AllowedFails {
  readonly allowed: number;
  readonly keepSeconds: number;
  /** Length of the cooldown. */
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
  /** Whether any deployment at all is cooling down or due for a probe. While none is, nothing has to be looked up. */
  readonly anyCooling: () => boolean;
  readonly began: (id: string, nowMs: number) => void;
  readonly ended: (id: string, nowMs: number) => void;
  readonly succeeded: (id: string, nowMs: number) => void;
  readonly failed: (id: string, nowMs: number) => void;
  /**
   * Counts a failure against an allowance, and says whether it is exceeded. Where that turns out later, the deployment is then cooled down.
   */
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
