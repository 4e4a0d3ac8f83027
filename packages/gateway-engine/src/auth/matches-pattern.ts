/**
 * Whether a name matches a pattern whose stars stand for any characters, or none. Greedy from the left with one step back per star, so that
 * no pattern can make it slow.
 *
 * cost: O(name × pattern) at worst.
 */
export function matchesStars(pattern: string, name: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resumed = 0;
  while (at < name.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern;
      resumed = at;
      inPattern += 1;
    } else if (pattern[inPattern] === name[at]) {
      inPattern += 1;
      at += 1;
    } else if (star === -1) {
      return false;
    } else {
      resumed += 1;
      at = resumed;
      inPattern = star + 1;
    }
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}
