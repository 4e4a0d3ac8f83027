import type { Comparison, Latency } from './comparison.ts';

/** A kind of latency. */
export type Measure = keyof Latency;

/** The quantiles that are compared. */
const QUANTILES = [0.5, 0.95, 0.99] as const;

/** One quantile of two sides, and the confidence interval of their ratio. */
export interface QuantileRatio {
  readonly quantile: number;
  readonly baselineMs: number;
  readonly candidateMs: number;
  /** Candidate ÷ baseline; 1 when both take no time. */
  readonly ratio: number;
  /** Ends of the 95 % bootstrap interval of the ratio. */
  readonly low: number;
  readonly high: number;
}

/** The latency of two sides over the same calls. */
export interface LatencyRatio {
  readonly measure: Measure;
  readonly baseline: string;
  readonly candidate: string;
  readonly samples: number;
  readonly quantiles: readonly QuantileRatio[];
  /** Each side's curve: milliseconds at evenly spaced quantiles from 0 to 1. */
  readonly curves: { readonly baseline: readonly number[]; readonly candidate: readonly number[] };
}

/** Enough to have a hundred calls above the 99th percentile; more would only take longer. */
const CALLS_MAX = 10_000;
const RESAMPLES = 200;
const CURVE_POINTS = 41;

/**
 * Compares the latency of two sides over the calls that both have.
 *
 * out:  ratios of quantiles with bootstrap intervals: calls are resampled as pairs, because both sides of one share the provider's time.
 *       The same comparisons give the same intervals. Undefined when no call has both sides.
 * cost: O(resamples × calls), at most 10,000 calls, evenly picked.
 */
export function compareLatency(
  comparisons: readonly Comparison[],
  baseline: string,
  candidate: string,
  measure: Measure,
): LatencyRatio | undefined {
  const all: (readonly [number, number])[] = [];
  for (const { latencies } of comparisons) {
    const [left, right] = [latencies?.[baseline], latencies?.[candidate]];
    if (left !== undefined && right !== undefined) all.push([left[measure], right[measure]]);
  }
  if (all.length === 0) return undefined;
  const stride = Math.max(1, all.length / CALLS_MAX);
  const picked = Array.from({ length: Math.min(all.length, CALLS_MAX) }, (_, index) => Math.floor(index * stride));
  const pairs = picked.flatMap((index) => all.slice(index, index + 1));
  const [left, right] = [sortSide(pairs, 0), sortSide(pairs, 1)];
  const resampled = resample(pairs.length, left, right);
  return {
    measure,
    baseline,
    candidate,
    samples: all.length,
    quantiles: QUANTILES.map((quantile, index) => {
      const [baselineMs, candidateMs] = [valueAt(left, quantile), valueAt(right, quantile)];
      const ratios = (resampled[index] ?? []).toSorted((a, b) => a - b);
      const [low, high] = [0.025, 0.975].map((end) => ratios[Math.min(RESAMPLES - 1, Math.floor(end * RESAMPLES))] ?? 1);
      return { quantile, baselineMs, candidateMs, ratio: divide(candidateMs, baselineMs), low: low ?? 1, high: high ?? 1 };
    }),
    curves: { baseline: curveOf(left), candidate: curveOf(right) },
  };
}

/** One side's latencies in ascending order, and the call of each. */
interface Side {
  readonly values: Float64Array;
  readonly calls: Uint32Array;
}

function sortSide(pairs: readonly (readonly [number, number])[], side: 0 | 1): Side {
  const order = pairs.map((pair, call) => [pair[side], call] as const).toSorted((a, b) => a[0] - b[0]);
  return { values: Float64Array.from(order, ([value]) => value), calls: Uint32Array.from(order, ([, call]) => call) };
}

/** The ratios of all resamples, by quantile. */
function resample(calls: number, left: Side, right: Side): readonly number[][] {
  const random = createRandom(calls);
  const ratios: number[][] = QUANTILES.map(() => []);
  const drawn = new Uint32Array(calls);
  for (let round = 0; round < RESAMPLES; round += 1) {
    drawn.fill(0);
    for (let draw = 0; draw < calls; draw += 1) {
      const call = Math.floor(random() * calls);
      drawn[call] = (drawn[call] ?? 0) + 1;
    }
    const [lefts, rights] = [weightedQuantiles(left, drawn), weightedQuantiles(right, drawn)];
    for (const [index, list] of ratios.entries()) list.push(divide(rights[index] ?? 0, lefts[index] ?? 0));
  }
  return ratios;
}

/** Quantiles of a resample, in which each call counts as often as it was drawn; one pass. */
function weightedQuantiles({ values, calls }: Side, drawn: Uint32Array): readonly number[] {
  const found: number[] = [];
  let seen = 0;
  for (let at = 0; at < values.length && found.length < QUANTILES.length; at += 1) {
    seen += drawn[calls[at] ?? 0] ?? 0;
    while (found.length < QUANTILES.length && seen >= Math.max(1, (QUANTILES[found.length] ?? 1) * calls.length))
      found.push(values[at] ?? 0);
  }
  return found;
}

function valueAt({ values }: Side, quantile: number): number {
  return values[Math.max(0, Math.ceil(quantile * values.length) - 1)] ?? 0;
}

function curveOf(side: Side): readonly number[] {
  return Array.from({ length: CURVE_POINTS }, (_, index) => Number(valueAt(side, index / (CURVE_POINTS - 1)).toPrecision(4)));
}

function divide(candidate: number, baseline: number): number {
  if (baseline !== 0) return candidate / baseline;
  return candidate === 0 ? 1 : Infinity;
}

/** mulberry32: small, fast, random enough to draw calls, and the same on every machine. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
