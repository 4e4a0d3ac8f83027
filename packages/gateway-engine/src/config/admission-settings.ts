import * as v from 'valibot';
import type { AdmissionSettings } from '../ports/index.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import type { Environment } from './env-refs.ts';
import { Amount, Count, Flag, Text } from './value-schemas.ts';

const SOME = 'a whole number ≥ 1';
const TIME = 'a number of seconds above 0';
const WAIT_SECONDS = 1;

/** Members of `general_settings` that say how many calls one process takes at once. */
export const ADMISSION_SETTINGS = {
  max_in_flight_requests_per_worker: v.nullish(v.pipe(Amount, v.integer(SOME), v.minValue(1, SOME))),
  max_queued_requests_per_worker: Count,
  admission_queue_timeout_seconds: v.nullish(v.pipe(Amount, v.gtValue(0, TIME))),
  enable_drain_endpoint: Flag,
  drain_endpoint_token: Text,
} as const;

/** How `/health/drain` takes the process out of service. */
export interface DrainSettings {
  /** False: there is no such route. */
  readonly enabled: boolean;
  /** The value that `x-drain-token` must have; undefined: anybody who reaches the gateway may drain it. */
  readonly token: string | undefined;
  /** How long it waits for calls to end. */
  readonly waitMs: number;
}

const DRAIN_SECONDS = 30;
/** The longest that Node's timers can wait. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Source: LiteLLM 1.106.2, _health_endpoints.py and graceful_shutdown_manager.py. */
export function toDrain({ general_settings: general }: ParsedConfig, env: Environment): DrainSettings {
  const seconds = Number(env['GRACEFUL_SHUTDOWN_TIMEOUT'] || DRAIN_SECONDS);
  return {
    enabled: general?.enable_drain_endpoint === true,
    token: general?.drain_endpoint_token || env['DRAIN_ENDPOINT_TOKEN'] || undefined,
    waitMs: Math.min(Math.max(0, Number.isFinite(seconds) ? seconds : DRAIN_SECONDS) * 1000, TIMER_MS_MAX),
  };
}

/** A token from a variable that is not set would let everybody in. */
export function findDrainIssues(root: ConfigNode): readonly ConfigIssue[] {
  const path = ['general_settings', 'drain_endpoint_token'];
  const node = nodeAt(root, path);
  return node?.variable !== undefined && node.content === null ? [issueAt(root, path, 'a token')] : [];
}

/** Warns where it is not said who may take the gateway out of service. */
export function findDrainWarnings(config: ParsedConfig, root: ConfigNode, env: Environment): readonly ConfigIssue[] {
  const { enabled, token } = toDrain(config, env);
  if (!enabled || token !== undefined) return [];
  const expected = 'drain_endpoint_token, so that not everybody who reaches the gateway takes it out of service';
  return [issueAt(root, ['general_settings', 'enable_drain_endpoint'], expected, 'none')];
}

/** The limits on calls at once; undefined: there are none. Without a limit on waiting calls, as many may wait as run. */
export function toAdmission({ general_settings: general }: ParsedConfig): AdmissionSettings | undefined {
  const runningMax = general?.max_in_flight_requests_per_worker ?? undefined;
  if (runningMax === undefined) return undefined;
  return {
    runningMax,
    waitingMax: general?.max_queued_requests_per_worker ?? runningMax,
    waitMs: (general?.admission_queue_timeout_seconds ?? WAIT_SECONDS) * 1000,
  };
}
