import type { Deployment } from '../ports/index.ts';

const METRICS = ['weight', 'rpm', 'tpm'] as const;

/**
 * Simple-shuffle: one deployment of a group, by the shares of the first metric that any of them has, else evenly.
 *
 * in:     the deployments that may serve, and a number in [0, 1).
 * out:    one of them; undefined when there is none.
 * source: LiteLLM 1.106.2, router_strategy/simple_shuffle.py.
 */
export function chooseDeployment(deployments: readonly Deployment[], random: number): Deployment | undefined {
  if (deployments.length <= 1) return deployments[0];
  for (const metric of METRICS) {
    const total = deployments.reduce((sum, deployment) => sum + share(deployment, metric), 0);
    if (total > 0) return atShare(deployments, metric, random * total);
  }
  return deployments[Math.floor(random * deployments.length)];
}

function share(deployment: Deployment, metric: (typeof METRICS)[number]): number {
  return Math.max(0, deployment[metric] ?? 0);
}

function atShare(deployments: readonly Deployment[], metric: (typeof METRICS)[number], mark: number): Deployment | undefined {
  let passed = 0;
  for (const deployment of deployments) {
    passed += share(deployment, metric);
    if (mark < passed) return deployment;
  }
  // Rounding can leave the mark at the very end: the last one with a share.
  return deployments.findLast((deployment) => share(deployment, metric) > 0);
}
