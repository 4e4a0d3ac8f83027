import type { VerdictName } from '@stagegate/gateway-engine/cutover';
import type { RuleGate } from '@stagegate/gateway-engine/ports';
import { clusterMismatches, type Cluster } from './cluster.ts';
import { tally, type Comparison, type Tally } from './comparison.ts';
import type { LatencyRatio } from './latency-ratio.ts';
import { mismatchBound } from './mismatch-bound.ts';

/** The samples of one value in one dimension. */
export interface Stratum extends Tally {
  readonly dimension: string;
  readonly value: string;
}

/** A verdict with all that it rests on. Reports show nothing else. */
export interface Verdict extends Tally {
  readonly verdict: VerdictName;
  /** The reasons against a pass; empty for a pass. */
  readonly why: readonly string[];
  readonly gate: RuleGate;
  /** Upper bound of the rate of mismatches at the gate's confidence, 0 to 1. */
  readonly bound: number;
  readonly strata: readonly Stratum[];
  readonly clusters: readonly Cluster[];
  /** Time to first byte and in total, where both lanes were timed. */
  readonly latencies: readonly LatencyRatio[];
  /** The number of calls that are no samples because a lane declined them. */
  readonly declinedCalls: number;
  /** Lane and reason → number of calls declined; a call that several lanes declined counts for each. */
  readonly declined: Readonly<Record<string, number>>;
  /** Reason → number of calls that were not compared. */
  readonly notCompared: Readonly<Record<string, number>>;
}

/**
 * Judges comparisons by a gate.
 *
 * in:  comparisons after `subtractNoise`; `latencies` of the candidate against the serving lane.
 * out: `fail` when more than `mismatch_max` of the samples mismatched, or the candidate is surely slower than allowed; `pass` when the
 *      bound over all samples is within `mismatch_max`, every stratum has its samples and no mismatch, and the candidate is surely fast
 *      enough; else `inconclusive`.
 */
export function judgeGate(comparisons: readonly Comparison[], gate: RuleGate, latencies: readonly LatencyRatio[] = []): Verdict {
  const total = tally(comparisons);
  const bound = mismatchBound(total.mismatched, total.samples, gate.confidence);
  const strata = toStrata(comparisons.filter(({ outcome }) => outcome !== 'not-compared' && outcome !== 'declined'));
  const declined = comparisons.filter(({ outcome }) => outcome === 'declined');
  const differs = total.samples > 0 && total.mismatched / total.samples > gate.mismatch_max;
  const slowness = judgeLatency(gate, latencies);
  const failed = differs || slowness.failed;
  const reasons = [
    ...(differs ? [describeRate(total, gate)] : []),
    ...(bound > gate.mismatch_max ? [describeBound(bound, total, gate)] : []),
    ...slowness.reasons,
    ...describeWeakness(strata, gate),
  ];
  return {
    verdict: failed ? 'fail' : reasons.length > 0 ? 'inconclusive' : 'pass',
    why: reasons,
    gate,
    ...total,
    bound,
    strata,
    clusters: clusterMismatches(comparisons.filter(({ outcome }) => outcome === 'mismatched')),
    latencies,
    declinedCalls: declined.length,
    declined: countReasons(declined),
    notCompared: countReasons(comparisons.filter(({ outcome }) => outcome === 'not-compared')),
  };
}

/** The most strata that the reasons list; a report has all. */
const STRATA_MAX = 10;

/** A rate for humans, e.g. 0.1 %; never rounded down. */
export function percent(rate: number): string {
  return `${Math.ceil(rate * 1e5 - 1e-9) / 1e3} %`;
}

/** Judges latency by the interval of the ratio: only one that lies entirely on one side of the limit is conclusive. */
function judgeLatency(
  { p99_latency_ratio_max: limit }: RuleGate,
  latencies: readonly LatencyRatio[],
): { readonly failed: boolean; readonly reasons: readonly string[] } {
  if (limit === undefined) return { failed: false, reasons: [] };
  if (latencies.length === 0) return { failed: false, reasons: [`no latency was measured; at most ${limit} times is asked for`] };
  const over = latencies.flatMap(({ measure, quantiles }) => {
    const p99 = quantiles.find(({ quantile }) => quantile === 0.99);
    return p99 === undefined || p99.high <= limit ? [] : [{ measure, ...p99 }];
  });
  return {
    failed: over.some(({ low }) => low > limit),
    reasons: over.map(({ measure, ratio, low, high }) => {
      const interval = `${ratio.toFixed(2)} times (${low.toFixed(2)} to ${high.toFixed(2)})`;
      return `p99 of ${measure === 'totalMs' ? 'the total' : 'the first byte'} is ${interval} the serving lane's; at most ${limit} is asked for`;
    }),
  };
}

function describeRate({ mismatched, samples }: Tally, gate: RuleGate): string {
  return `${mismatched.toLocaleString('en')} of ${samples.toLocaleString('en')} mismatched, more than ${percent(gate.mismatch_max)}`;
}

function describeBound(bound: number, { mismatched, samples }: Tally, gate: RuleGate): string {
  const asked = `${percent(gate.mismatch_max)} at ${gate.confidence * 100} % confidence is asked for`;
  const needed = mismatched > 0 ? '' : `, which ${cleanSamples(gate).toLocaleString('en')} samples without a mismatch show`;
  if (samples === 0) return `no call was compared; ${asked}${needed}`;
  return `${mismatched.toLocaleString('en')} of ${samples.toLocaleString('en')} mismatched shows a rate of at most ${percent(bound)}; ${asked}${needed}`;
}

/** The number of samples without a mismatch that prove the required rate. */
function cleanSamples({ mismatch_max: rate, confidence }: RuleGate): number {
  return Math.ceil(Math.log1p(-confidence) / Math.log1p(-rate));
}

/** The strata with mismatches, worst first, and those with too few samples, fewest first. */
function describeWeakness(strata: readonly Stratum[], { stratum_min: least }: RuleGate): readonly string[] {
  const wrong = strata.filter(({ mismatched }) => mismatched > 0).toSorted((a, b) => b.mismatched - a.mismatched);
  const thin = strata.filter(({ samples }) => samples < least).toSorted((a, b) => a.samples - b.samples);
  const describe = (title: string, some: readonly Stratum[], count: (stratum: Stratum) => string): readonly string[] => {
    const shown = some.slice(0, STRATA_MAX).map((stratum) => `${stratum.dimension} ${stratum.value} (${count(stratum)})`);
    const more = some.length > STRATA_MAX ? ` and ${some.length - STRATA_MAX} more` : '';
    return some.length === 0 ? [] : [`${title}: ${shown.join(', ')}${more}`];
  };
  return [
    ...describe('mismatched', wrong, ({ mismatched, samples }) => `${mismatched} of ${samples}`),
    ...describe(`fewer than ${least} samples`, thin, ({ samples }) => String(samples)),
  ];
}

function toStrata(samples: readonly Comparison[]): readonly Stratum[] {
  const dimensions = [...new Set(samples.flatMap(({ strata }) => Object.keys(strata)))];
  return dimensions.flatMap((dimension) => {
    const byValue = Map.groupBy(samples, ({ strata }) => strata[dimension] ?? 'none');
    return [...byValue].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([value, group]) => ({ dimension, value, ...tally(group) }));
  });
}

function countReasons(comparisons: readonly Comparison[]): Readonly<Record<string, number>> {
  const reasons = comparisons.flatMap(({ reasons }) => (reasons.length === 0 ? ['no reason given'] : reasons));
  const groups = Map.groupBy(reasons, (reason) => reason);
  return Object.fromEntries([...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([reason, group]) => [reason, group.length]));
}
