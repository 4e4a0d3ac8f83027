import { generalPath, type Comparison } from './comparison.ts';

/** How often a lane differs from itself, by place. */
export interface Noise {
  /** The number of calls that a lane played twice. */
  readonly samples: number;
  /** General path → number of those calls that differed there. */
  readonly differing: ReadonlyMap<string, number>;
}

/** Measures how often lanes differ from themselves. */
export function measureNoise(comparisons: readonly Comparison[]): Noise {
  let samples = 0;
  const differing = new Map<string, number>();
  for (const { noise } of comparisons) {
    if (noise === undefined) continue;
    samples += 1;
    for (const path of new Set(noise.map(generalPath))) differing.set(path, (differing.get(path) ?? 0) + 1);
  }
  return { samples, differing };
}

/**
 * Reclassifies mismatches as noise: only at places where a lane differs from itself, and only as many as that rate explains.
 *
 * out: the same comparisons; a mismatch with only noisy places becomes `noise`, until the rate is used up.
 */
export function subtractNoise(comparisons: readonly Comparison[], { samples, differing }: Noise): readonly Comparison[] {
  if (differing.size === 0) return comparisons;
  const budget = new Map([...differing].map(([path, count]) => [path, Math.floor((count / samples) * comparisons.length)]));
  return comparisons.map((comparison) => {
    if (comparison.outcome !== 'mismatched') return comparison;
    const paths = [...new Set(comparison.mismatches.map(({ path }) => generalPath(path)))];
    if (!paths.every((path) => (budget.get(path) ?? 0) > 0)) return comparison;
    for (const path of paths) budget.set(path, (budget.get(path) ?? 0) - 1);
    return { ...comparison, outcome: 'noise' };
  });
}
