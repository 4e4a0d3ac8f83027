const HALVINGS = 60;

/**
 * The one-sided Clopper-Pearson upper bound of a rate.
 *
 * in:   the number of mismatches among `samples` (0 ≤ mismatched ≤ samples), and the confidence, above 0 and below 1.
 * out:  the rate at which so few mismatches have the probability 1 − confidence; 1 where there are no samples, or all mismatched.
 * cost: at most O(mismatched) for each halving of the interval; far less for few mismatches.
 */
export function mismatchBound(mismatched: number, samples: number, confidence: number): number {
  if (mismatched >= samples) return 1;
  const ways = logWays(samples, mismatched);
  let [low, high] = [mismatched / samples, 1];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(mismatched, samples, middle, ways) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** The probability of at most so many mismatches. Terms fall from the last one down, because the rate is above mismatched / samples. */
function chanceOfAtMost(mismatched: number, samples: number, rate: number, ways: number): number {
  let [term, sum] = [1, 1];
  for (let count = mismatched; count > 0 && term > sum * Number.EPSILON; count -= 1) {
    term *= (count * (1 - rate)) / ((samples - count + 1) * rate);
    sum += term;
  }
  return sum * Math.exp(ways + mismatched * Math.log(rate) + (samples - mismatched) * Math.log1p(-rate));
}

function logWays(samples: number, chosen: number): number {
  let sum = 0;
  for (let index = 1; index <= chosen; index += 1) sum += Math.log((samples - chosen + index) / index);
  return sum;
}
