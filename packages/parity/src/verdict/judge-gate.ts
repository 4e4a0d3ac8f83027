import { clusterMismatches, type Cluster } from './cluster.ts';
import { tally, type Comparison, type Tally } from './comparison.ts';
import { mismatchBound } from './mismatch-bound.ts';

/** What a gate asks for, in the words of the configuration. */
export interface Gate {
  /** Highest rate of mismatches, 0 to 1. */
  readonly mismatch_max: number;
  /** How sure to be of it, above 0 and below 1. */
  readonly confidence: number;
  /** Fewest samples of every stratum that was seen. */
  readonly stratum_min: number;
}

/** The gate of a rule that names none. */
export const DEFAULT_GATE: Gate = { mismatch_max: 0.001, confidence: 0.95, stratum_min: 20 };

/** What a gate says. */
export type VerdictName = 'pass' | 'fail' | 'inconclusive';

/** One value of one dimension, and its samples. */
export interface Stratum extends Tally {
  readonly dimension: string;
  readonly value: string;
}

/** A verdict with all it rests on; every report is made of one. */
export interface Verdict extends Tally {
  readonly verdict: VerdictName;
  /** Why it is no pass; empty for a pass. */
  readonly why: readonly string[];
  readonly gate: Gate;
  /** Upper bound of the rate of mismatches at the gate's confidence, 0 to 1. */
  readonly bound: number;
  readonly strata: readonly Stratum[];
  readonly clusters: readonly Cluster[];
  /** Reason → how many were not compared for it. */
  readonly notCompared: Readonly<Record<string, number>>;
}

/**
 * Judges comparisons by a gate.
 *
 * out: `fail` when more than `mismatch_max` of the samples mismatched; `pass` when the bound over all samples is within it and every
 *      stratum has its samples and no mismatch; else `inconclusive`.
 */
export function judgeGate(comparisons: readonly Comparison[], gate: Gate): Verdict {
  const total = tally(comparisons);
  const bound = mismatchBound(total.mismatched, total.samples, gate.confidence);
  const strata = toStrata(comparisons.filter(({ outcome }) => outcome !== 'not-compared'));
  const failed = total.samples > 0 && total.mismatched / total.samples > gate.mismatch_max;
  const why = [...(failed ? [describeRate(total, gate)] : []), ...(bound > gate.mismatch_max ? [describeBound(bound, total, gate)] : [])];
  const weak = strata.flatMap((stratum) => describeWeakness(stratum, gate));
  const reasons = [...why, ...weak];
  return {
    verdict: failed ? 'fail' : reasons.length > 0 ? 'inconclusive' : 'pass',
    why: reasons,
    gate,
    ...total,
    bound,
    strata,
    clusters: clusterMismatches(comparisons.filter(({ outcome }) => outcome === 'mismatched')),
    notCompared: countReasons(comparisons.filter(({ outcome }) => outcome === 'not-compared')),
  };
}

/** A rate as people read it, e.g. 0.1 %; never rounded down. */
export function percent(rate: number): string {
  return `${Math.ceil(rate * 1e5 - 1e-9) / 1e3} %`;
}

function describeRate({ mismatched, samples }: Tally, gate: Gate): string {
  return `${mismatched} of ${samples} mismatched, more than ${percent(gate.mismatch_max)}`;
}

function describeBound(bound: number, { mismatched, samples }: Tally, gate: Gate): string {
  const shown = `${mismatched} of ${samples} mismatched shows a rate of at most ${percent(bound)}`;
  return `${shown} at ${gate.confidence * 100} % confidence; ${percent(gate.mismatch_max)} is asked for`;
}

function describeWeakness({ dimension, value, samples, mismatched }: Stratum, gate: Gate): readonly string[] {
  return [
    ...(mismatched > 0 ? [`${dimension} ${value}: ${mismatched} of ${samples} mismatched`] : []),
    ...(samples < gate.stratum_min ? [`${dimension} ${value}: ${samples} samples, ${gate.stratum_min} are asked for`] : []),
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
  const groups = Map.groupBy(comparisons, ({ reasons }) => reasons[0] ?? 'no reason given');
  return Object.fromEntries([...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([reason, group]) => [reason, group.length]));
}
