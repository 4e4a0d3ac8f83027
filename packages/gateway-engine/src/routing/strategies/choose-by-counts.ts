import type { Deployment, DeploymentCounts } from '../../ports/index.ts';
import type { PromptSize } from '../prompt-size.ts';
import { requestsMax, tokensMax } from '../minute-limits.ts';

/** What strategies that look at past calls read. */
export interface StrategyView {
  readonly read: (id: string) => DeploymentCounts | undefined;
  readonly prompt: Pick<PromptSize, 'fits'>;
  readonly stream: boolean;
  /** Deployments whose latency is within this part of the lowest share the calls. */
  readonly latencyBufferRatio: number;
  /** In [0, 1). */
  readonly random: number;
  /** The caller's own weights by deployment id, for simple-shuffle. */
  readonly shares?: ReadonlyMap<string, number> | undefined;
}

/** The reference's price for a model that its table does not have, prompt and answer together. */
const UNKNOWN_COST_USD = 10;

/**
 * Least-busy: the deployment with the fewest calls in flight, other instances' included; the first of equals.
 *
 * source: LiteLLM 1.106.2, router_strategy/least_busy.py.
 */
export function chooseLeastBusy(deployments: readonly Deployment[], { read }: StrategyView): Deployment | undefined {
  const underWay = ({ id }: Deployment): number => {
    const counts = read(id);
    return counts === undefined ? 0 : counts.inFlight + counts.inFlightElsewhere;
  };
  return chooseLowest(deployments, underWay, 0, 0);
}

/**
 * Latency-based: one of the deployments whose mean latency (for streams: to the first event) is near the lowest. One without a latency yet
 * comes first.
 *
 * source: LiteLLM 1.106.2, router_strategy/lowest_latency.py.
 */
export function chooseByLatency(deployments: readonly Deployment[], view: StrategyView): Deployment | undefined {
  const { read, stream, latencyBufferRatio, random } = view;
  const measure = (deployment: Deployment): number | undefined => {
    const counts = read(deployment.id);
    return hasRoom(deployment, counts, view) ? meanLatency(counts, stream) : undefined;
  };
  return chooseLowest(deployments, measure, latencyBufferRatio, random);
}

/**
 * Usage-based: one of the deployments with the fewest tokens in this minute.
 *
 * source: LiteLLM 1.106.2, router_strategy/lowest_tpm_rpm_v2.py, which reaches a limit of requests one call earlier.
 */
export function chooseByUsage(deployments: readonly Deployment[], view: StrategyView): Deployment | undefined {
  const measure = (deployment: Deployment): number | undefined => {
    const counts = view.read(deployment.id);
    return hasRoom(deployment, counts, view) ? (counts?.tokens ?? 0) : undefined;
  };
  return chooseLowest(deployments, measure, 0, view.random);
}

/**
 * Cost-based: the cheapest deployment by the price of a token of prompt plus one of the answer; the first of equals.
 *
 * source: LiteLLM 1.106.2, router_strategy/lowest_cost.py.
 */
export function chooseByCost(deployments: readonly Deployment[], view: StrategyView): Deployment | undefined {
  const measure = (deployment: Deployment): number | undefined =>
    hasRoom(deployment, view.read(deployment.id), view) ? (deployment.routing?.tokenCostUsd ?? UNKNOWN_COST_USD) : undefined;
  return chooseLowest(deployments, measure, 0, 0);
}

/**
 * One of the deployments whose measure is at most so much above the lowest, drawn by a number in [0, 1). Those without a measure are left
 * out. Two loops and no array in between: groups may be large.
 */
function chooseLowest(
  deployments: readonly Deployment[],
  measure: (deployment: Deployment) => number | undefined,
  bufferRatio: number,
  random: number,
): Deployment | undefined {
  const values = new Float64Array(deployments.length);
  let lowest = Infinity;
  for (let at = 0; at < deployments.length; at += 1) {
    const deployment = deployments[at];
    const value = (deployment === undefined ? undefined : measure(deployment)) ?? Infinity;
    values[at] = value;
    if (value < lowest) lowest = value;
  }
  if (lowest === Infinity) return undefined;
  const bound = lowest * (1 + bufferRatio);
  let near = 0;
  for (const value of values) if (value <= bound) near += 1;
  let left = Math.floor(random * near);
  for (let at = 0; at < values.length; at += 1) {
    if ((values[at] ?? Infinity) > bound) continue;
    if (left === 0) return deployments[at];
    left -= 1;
  }
  return undefined;
}

/** Whether a deployment's own limits per minute leave room for a call. */
function hasRoom(deployment: Deployment, counts: DeploymentCounts | undefined, { prompt }: StrategyView): boolean {
  const [rpm, tpm] = [requestsMax(deployment), tokensMax(deployment)];
  if (rpm === undefined && tpm === undefined) return true;
  if (tpm !== undefined && !prompt.fits(tpm - (counts?.tokens ?? 0))) return false;
  return rpm === undefined || (counts?.requests ?? 0) + 1 <= rpm;
}

function meanLatency(counts: DeploymentCounts | undefined, stream: boolean): number {
  if (counts === undefined) return 0;
  return stream && counts.firstEventSeconds > 0 ? counts.firstEventSeconds : counts.latencySeconds;
}
