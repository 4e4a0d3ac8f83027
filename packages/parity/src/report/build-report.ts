import type { VerdictName, VerdictsFile } from '@stagegate/gateway-engine/cutover';
import type { Cluster } from '../verdict/cluster.ts';
import type { Comparison, Exhibit } from '../verdict/comparison.ts';
import { judgeGate, type Verdict } from '../verdict/judge-gate.ts';
import { compareLatency } from '../verdict/latency-ratio.ts';
import { measureNoise, subtractNoise, type Noise } from '../verdict/subtract-noise.ts';
import type { ParityRun, RunRule } from './parity-run.ts';

/** The verdict on one rule. */
export interface RuleReport {
  readonly rule: RunRule;
  readonly verdict: Verdict;
  /** A few mismatches with both sides in full, by the id of their call. */
  readonly exhibits: readonly (readonly [id: string, exhibit: Exhibit])[];
}

/** The contents of a report, in any format. */
export interface ParityReport {
  readonly run: ParityRun;
  /** The worst verdict of all rules, or `fail` where the run has problems. */
  readonly verdict: VerdictName;
  readonly rules: readonly RuleReport[];
  readonly noise: { readonly samples: number; readonly paths: readonly (readonly [path: string, count: number])[] };
  /** What fails the run as a whole. */
  readonly problems: readonly string[];
}

/** The most exhibits of one rule in a report; each has up to some kilobytes. */
const EXHIBITS_MAX = 100;
const WORST: readonly VerdictName[] = ['fail', 'inconclusive', 'pass'];

/** Judges a run rule by rule. A rule without calls is inconclusive. Pure; costs O(comparisons). */
export function buildReport(run: ParityRun, comparisons: readonly Comparison[]): ParityReport {
  const { problems = [] } = run;
  const noise = measureNoise(comparisons);
  const byRule = Map.groupBy(comparisons, ({ rule }) => rule);
  const judged = run.rules.map((rule) => judgeRule(rule, byRule.get(rule.name) ?? [], noise));
  const rules = run.unfinished === true ? judged.map(withoutEnd) : judged;
  const worst = WORST.find((name) => rules.some(({ verdict }) => verdict.verdict === name)) ?? 'inconclusive';
  return {
    run,
    verdict: problems.length > 0 ? 'fail' : worst,
    rules,
    noise: { samples: noise.samples, paths: [...noise.differing] },
    problems,
  };
}

function judgeRule(rule: RunRule, comparisons: readonly Comparison[], noise: Noise): RuleReport {
  const [candidate] = rule.candidates;
  const baseline = comparisons.some(({ latencies }) => latencies?.[rule.serving] !== undefined) ? rule.serving : 'record';
  const latencies = (['firstByteMs', 'totalMs'] as const).flatMap((measure) => {
    const ratio = candidate === undefined ? undefined : compareLatency(comparisons, baseline, candidate, measure);
    return ratio === undefined ? [] : [ratio];
  });
  const verdict = judgeGate(subtractNoise(comparisons, noise), rule.gate, latencies);
  return { rule, verdict, exhibits: chooseExhibits(comparisons, verdict.clusters) };
}

/** The report of an unfinished run: a pass becomes inconclusive, because calls that have not been played may still differ. */
function withoutEnd(report: RuleReport): RuleReport {
  const { verdict } = report;
  const why = ['the run has not ended: "stagegate parity replay … --resume" goes on with it', ...verdict.why];
  return { ...report, verdict: { ...verdict, why, verdict: verdict.verdict === 'pass' ? 'inconclusive' : verdict.verdict } };
}

/** Exhibits of the example of each cluster, most frequent first, then any others. */
function chooseExhibits(comparisons: readonly Comparison[], clusters: readonly Cluster[]): RuleReport['exhibits'] {
  const rank = new Map(clusters.map(({ exampleId }, index) => [exampleId, index]));
  const rankOf = (id: string): number => rank.get(id) ?? clusters.length;
  return comparisons
    .flatMap(({ id, exhibits = [] }) => exhibits.map((exhibit) => [id, exhibit] as const))
    .toSorted(([a], [b]) => rankOf(a) - rankOf(b))
    .slice(0, EXHIBITS_MAX);
}

/** The verdicts for gates, of every rule with a fingerprint. */
export function toVerdictsFile({ run, rules }: ParityReport): VerdictsFile {
  return {
    version: 1,
    madeAt: run.madeAt,
    verdicts: rules.flatMap(({ rule: { name, fingerprint, serving, candidates }, verdict }) => {
      const [candidate] = candidates;
      if (fingerprint === undefined || candidate === undefined) return [];
      const { samples, mismatched, bound, gate, why, strata } = verdict;
      return [
        {
          rule: name,
          fingerprint,
          verdict: verdict.verdict,
          serving,
          candidate,
          samples,
          mismatched,
          bound,
          confidence: gate.confidence,
          reasons: why,
          strata: strata.map((stratum) => ({
            dimension: stratum.dimension,
            value: stratum.value,
            samples: stratum.samples,
            mismatched: stratum.mismatched,
          })),
        },
      ];
    }),
  };
}

/** The exit code: 0 pass, 1 fail, 3 inconclusive. */
export function exitCodeOf({ verdict }: Pick<ParityReport, 'verdict'>): number {
  return verdict === 'pass' ? 0 : verdict === 'fail' ? 1 : 3;
}
