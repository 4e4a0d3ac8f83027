import type { Deployment } from '../../ports/index.ts';

const METRICS = ['weight', 'rpm', 'tpm'] as const;

/** Where each deployment's share ends on a line that holds all shares; undefined when they are equal. */
export type Shares = Float64Array | undefined;

/**
 * Simple-shuffle: draws a deployment by the shares of the first metric that any of them has, else evenly.
 *
 * in:     the deployments that may serve, a number in [0, 1), and shares by id that come before every metric.
 * out:    undefined when there are no deployments.
 * cost:   linear; see `atShare` for a group whose shares are laid out in advance.
 * source: LiteLLM 1.106.2, router_strategy/simple_shuffle.py.
 */
export function chooseByShuffle(
  deployments: readonly Deployment[],
  random: number,
  shares?: ReadonlyMap<string, number>,
): Deployment | undefined {
  if (deployments.length <= 1) return deployments[0];
  const own = shares === undefined ? undefined : layOut(deployments, ({ id }) => shares.get(id));
  return atShare(deployments, own ?? layOutShares(deployments), random);
}

/** Lays out the shares of a group. */
export function layOutShares(deployments: readonly Deployment[]): Shares {
  for (const metric of METRICS) {
    const ends = layOut(deployments, (deployment) => deployment[metric]);
    if (ends !== undefined) return ends;
  }
  return undefined;
}

function layOut(deployments: readonly Deployment[], shareOf: (deployment: Deployment) => number | undefined): Shares {
  const ends = new Float64Array(deployments.length);
  let total = 0;
  for (const [at, deployment] of deployments.entries()) {
    total += Math.max(0, shareOf(deployment) ?? 0);
    ends[at] = total;
  }
  return total > 0 ? ends : undefined;
}

/** The deployment whose share a number in [0, 1) falls into. Cost: logarithmic. */
export function atShare(deployments: readonly Deployment[], ends: Shares, random: number): Deployment | undefined {
  if (ends === undefined) return deployments[Math.floor(random * deployments.length)];
  const mark = random * (ends.at(-1) ?? 0);
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    // A mark on the boundary belongs to the next share, so that an empty share is never drawn.
    if ((ends[middle] ?? 0) > mark) high = middle;
    else low = middle + 1;
  }
  // By rounding the mark may be at the very end: step back to the last deployment with a share.
  while (low > 0 && ends[low] === ends[low - 1]) low -= 1;
  return deployments[low];
}
