import { generalPath, type Comparison } from './comparison.ts';

/** How often a lane differs from itself, by place. */
export interface Noise {
  /** Calls that a lane was given twice. */
  readonly samples: number;
  /** General path → how many of them differed there. */
  readonly differing: ReadonlyMap<string, number>;
}

/** Gathers what comparisons say of lanes against themselves. */
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
 * Takes noise out of mismatches: only at places where a lane differs from itself, and only as many as that rate accounts for.
 *
 * out: the same comparisons; a mismatch all of whose places are noisy is `noise` until the rate is used up, the rest stay.
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
