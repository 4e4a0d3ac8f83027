const CONFIDENCE = 0.95;

/**
 * What the median is at least, with 95 % confidence, whatever the figures' distribution (the sign test, one-sided).
 *
 * out: one of the figures; the smallest where there are too few to leave any out; NaN of none.
 */
export function lowerBound(figures: readonly number[]): number {
  const sorted = figures.toSorted((one, other) => one - other);
  const count = sorted.length;
  let below = 0;
  // Of all ways in which figures can fall on either side of the median: those with `below` under it, and with fewer.
  let ways = 1;
  let chances = 1;
  while (below < count) {
    ways = (ways * (count - below)) / (below + 1);
    chances += ways;
    if (chances / 2 ** count > 1 - CONFIDENCE) break;
    below += 1;
  }
  return sorted[below] ?? NaN;
}
