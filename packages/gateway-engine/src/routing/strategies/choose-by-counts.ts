import type { Deployment, DeploymentCounts } from '../../ports/index.ts';

/** What the strategies that look at the past read. */
export interface StrategyView {
  readonly read: (id: string) => DeploymentCounts | undefined;
  /** Of the call's prompt, estimated; 0 when no limit asks for it. */
  readonly promptTokens: number;
  readonly stream: boolean;
  /** Within this part of the lowest latency, deployments share the calls. */
  readonly latencyBufferRatio: number;
  /** In [0, 1). */
  readonly random: number;
}

/** The reference's price of a model that its table does not know, in and out together. */
const UNKNOWN_COST_USD = 10;

/**
 * Least-busy: the deployment with the fewest calls under way, the first of equals.
 *
 * source: LiteLLM 1.106.2, router_strategy/least_busy.py.
 */
export function chooseLeastBusy(deployments: readonly Deployment[], { read }: StrategyView): Deployment | undefined {
  return lowestOf(deployments, ({ id }) => read(id)?.inFlight ?? 0)[0];
}

/**
 * Latency-based: one of those whose mean latency (of streams: to the first event) is near the lowest; one that has never
 * been asked has none, and so comes first.
 *
 * source: LiteLLM 1.106.2, router_strategy/lowest_latency.py.
 */
export function chooseByLatency(deployments: readonly Deployment[], view: StrategyView): Deployment | undefined {
  const able = deployments.filter((deployment) => hasRoom(deployment, view));
  const latencies = able.map(({ id }) => meanLatency(view.read(id), view.stream));
  const bound = Math.min(...latencies) * (1 + view.latencyBufferRatio);
  return oneOf(
    able.filter((_, at) => (latencies[at] ?? 0) <= bound),
    view.random,
  );
}

/**
 * Usage-based: one of those that have handled the fewest tokens in this minute.
 *
 * source: LiteLLM 1.106.2, router_strategy/lowest_tpm_rpm_v2.py; its limit of requests is reached one earlier.
 */
export function chooseByUsage(deployments: readonly Deployment[], view: StrategyView): Deployment | undefined {
  const able = deployments.filter((deployment) => hasRoom(deployment, view));
  return oneOf(
    lowestOf(able, ({ id }) => view.read(id)?.tokens ?? 0),
    view.random,
  );
}

/**
 * Cost-based: the cheapest, by what a token costs in and out; the first of equals.
 *
 * source: LiteLLM 1.106.2, router_strategy/lowest_cost.py.
 */
export function chooseByCost(deployments: readonly Deployment[], view: StrategyView): Deployment | undefined {
  const able = deployments.filter((deployment) => hasRoom(deployment, view));
  return lowestOf(able, ({ routing }) => routing?.tokenCostUsd ?? UNKNOWN_COST_USD)[0];
}

/** Whether a deployment's own limits per minute leave room for a call. */
function hasRoom({ id, rpm, tpm }: Deployment, { read, promptTokens }: StrategyView): boolean {
  if (rpm === undefined && tpm === undefined) return true;
  const counts = read(id);
  if (tpm !== undefined && (counts?.tokens ?? 0) + promptTokens > tpm) return false;
  return rpm === undefined || (counts?.requests ?? 0) + 1 <= rpm;
}

function meanLatency(counts: DeploymentCounts | undefined, stream: boolean): number {
  if (counts === undefined) return 0;
  const samples = stream && counts.firstEvents.length > 0 ? counts.firstEvents : counts.latencies;
  return samples.length === 0 ? 0 : samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

function lowestOf(deployments: readonly Deployment[], measure: (deployment: Deployment) => number): Deployment[] {
  let lowest = Infinity;
  let found: Deployment[] = [];
  for (const deployment of deployments) {
    const value = measure(deployment);
    if (value < lowest) {
      lowest = value;
      found = [deployment];
    } else if (value === lowest) found.push(deployment);
  }
  return found;
}

function oneOf(deployments: readonly Deployment[], random: number): Deployment | undefined {
  return deployments[Math.floor(random * deployments.length)];
}
