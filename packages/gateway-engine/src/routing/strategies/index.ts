import type { Deployment, RoutingStrategy } from '../../ports/index.ts';
import { chooseByCost, chooseByLatency, chooseByUsage, chooseLeastBusy, type StrategyView } from './choose-by-counts.ts';
import { chooseByShuffle } from './simple-shuffle.ts';

/** One way to choose among the deployments that may serve; undefined when none has room. */
export type Strategy = (deployments: readonly Deployment[], view: StrategyView) => Deployment | undefined;

/** Every strategy by its name in the configuration. */
export const STRATEGIES: Readonly<Record<RoutingStrategy, Strategy>> = {
  'simple-shuffle': (deployments, { random, shares }) => chooseByShuffle(deployments, random, shares),
  'least-busy': chooseLeastBusy,
  'latency-based-routing': chooseByLatency,
  'usage-based-routing-v2': chooseByUsage,
  'cost-based-routing': chooseByCost,
};

export type { StrategyView } from './choose-by-counts.ts';
export { atShare, layOutShares, type Shares } from './simple-shuffle.ts';
