/** Shorter names are similar to too many others. */
const LENGTH_MIN = 6;
/** Names of this length may contain two slips; shorter ones, one. */
const LENGTH_FOR_TWO = 8;

/**
 * The known name that was probably meant: with one letter missing, added, changed or swapped with its neighbour; two in longer names.
 *
 * out:  undefined where none is similar, as for names of the user's own.
 * cost: O(known names × length²), for unknown names only.
 */
export function findNearName(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let slips = Infinity;
  for (const candidate of known) {
    const slipsMax = candidate.length >= LENGTH_FOR_TWO ? 2 : 1;
    if (candidate.length < LENGTH_MIN || Math.abs(candidate.length - name.length) > slipsMax) continue;
    const count = countSlips(name, candidate);
    if (count <= slipsMax && count < slips) [nearest, slips] = [candidate, count];
  }
  return nearest;
}

/** Optimal string alignment distance. */
function countSlips(one: string, other: string): number {
  let before: readonly number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          (above[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (above[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    before = above;
    above = current;
  }
  return above[other.length] ?? 0;
}
