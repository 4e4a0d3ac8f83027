import type { Comparison } from './comparison.ts';

/** Mismatches at one place. */
export interface Cluster {
  /** JSON path, its indices as `[*]`. */
  readonly path: string;
  /** How many comparisons mismatch there. */
  readonly comparisons: number;
  /** The first of them by id: what to play to see it. */
  readonly exampleId: string;
  /** Lane, path, expected and got of the example. */
  readonly exampleReason: string;
}

/** Gathers mismatches by JSON path, most frequent first. */
export function clusterMismatches(comparisons: readonly Comparison[]): readonly Cluster[] {
  const clusters = new Map<string, Cluster>();
  for (const { id, paths, reasons } of comparisons.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const seen = new Set<string>();
    for (const [index, exact] of paths.entries()) {
      const path = exact.replaceAll(/\[\d+\]/gu, '[*]');
      if (seen.has(path)) continue;
      seen.add(path);
      const known = clusters.get(path) ?? { path, comparisons: 0, exampleId: id, exampleReason: reasons[index] ?? '' };
      clusters.set(path, { ...known, comparisons: known.comparisons + 1 });
    }
  }
  return [...clusters.values()].toSorted((a, b) => b.comparisons - a.comparisons || (a.path < b.path ? -1 : 1));
}
