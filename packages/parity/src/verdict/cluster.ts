import { generalPath, surfaceOf, type Comparison, type Mismatch, type Surface } from './comparison.ts';

/** Mismatches at one place. */
export interface Cluster {
  /** JSON path, its indices as `[*]`. */
  readonly path: string;
  readonly surface: Surface;
  /** The number of comparisons that mismatch there. */
  readonly comparisons: number;
  /** Which sides, e.g. `hono` and `legacy-io/hono`. */
  readonly sides: readonly string[];
  /** The first of them by id, of those that were kept whole where there are any; it can be played to see the mismatch. */
  readonly exampleId: string;
  readonly example: Mismatch;
}

/** Groups mismatches by JSON path, most frequent first. */
export function clusterMismatches(comparisons: readonly Comparison[]): readonly Cluster[] {
  const clusters = new Map<
    string,
    { count: number; readonly sides: Set<string>; readonly exampleId: string; readonly example: Mismatch }
  >();
  for (const { id, mismatches } of comparisons.toSorted(byExample)) {
    const seen = new Set<string>();
    for (const mismatch of mismatches) {
      const path = generalPath(mismatch.path);
      const known = clusters.get(path) ?? { count: 0, sides: new Set(), exampleId: id, example: mismatch };
      known.sides.add(mismatch.sides);
      if (!seen.has(path)) known.count += 1;
      seen.add(path);
      clusters.set(path, known);
    }
  }
  return [...clusters]
    .map(([path, { count, sides, exampleId, example }]) => ({
      path,
      surface: surfaceOf(example.path),
      comparisons: count,
      sides: [...sides].toSorted(),
      exampleId,
      example,
    }))
    .toSorted((a, b) => b.comparisons - a.comparisons || (a.path < b.path ? -1 : 1));
}

function byExample(a: Comparison, b: Comparison): number {
  return Number(isKeptWhole(b)) - Number(isKeptWhole(a)) || (a.id < b.id ? -1 : 1);
}

function isKeptWhole({ exhibits = [] }: Comparison): boolean {
  return exhibits.length > 0;
}

/** A mismatch as one line. */
export function describeMismatch({ sides, path, expected, got }: Mismatch): string {
  return `${sides}: ${path}  expected ${expected}  got ${got}`;
}
