import type { LoadedVector } from '@stagegate/testbed';
import { keepAll } from '../compare/redact.ts';
import { toMismatch } from '../compare/show-differences.ts';
import { describeMismatch } from '../verdict/cluster.ts';
import type { Exhibit, Mismatch } from '../verdict/comparison.ts';
import { findAccepted, type AcceptedDifference } from '../compare/accepted-differences.ts';
import type { Judgement } from './judge.ts';

/** The outcome of a case, the worst of all lanes played. */
export type OutcomeName = 'passed' | 'accepted' | 'failed' | 'skipped';

/** A case's result, as `--json` lists it. */
export interface CaseResult {
  readonly id: string;
  readonly route: string;
  readonly provider: string;
  readonly stream: boolean;
  readonly outcome: OutcomeName;
  /** For a failure: lane, path, expected and got; for an accepted case: the accepted differences; for a skipped one: the reason. */
  readonly reasons: readonly string[];
  /** For a failure: each place. */
  readonly mismatches?: readonly Mismatch[];
  /** For a failure: the sides next to each other. */
  readonly exhibits?: readonly Exhibit[];
}

/** One lane's judgement of a case. */
export interface LaneJudgement extends Judgement {
  readonly lane: string;
  readonly exhibits?: readonly Exhibit[];
}

/** The result of a case. `judgements` is empty where no lane took part. */
export function toCaseResult(
  loaded: LoadedVector,
  judgements: readonly LaneJudgement[],
  accepted: readonly AcceptedDifference[],
): CaseResult {
  const mismatches: Mismatch[] = [];
  const covered = new Set<string>();
  for (const { lane, differences } of judgements) {
    for (const difference of differences) {
      const entry = findAccepted(difference, accepted);
      if (entry === undefined) mismatches.push(toMismatch(difference, lane, keepAll));
      else covered.add(entry.id);
    }
  }
  if (mismatches.length > 0) {
    const exhibits = judgements.flatMap(({ exhibits: shown = [] }) => shown);
    return { ...caseResult(loaded, 'failed', mismatches.map(describeMismatch)), mismatches, exhibits };
  }
  if (covered.size > 0) return caseResult(loaded, 'accepted', [...covered]);
  return caseResult(loaded, 'passed', []);
}

/** The result of a case whose outcome is known. */
export function caseResult({ vector }: LoadedVector, outcome: OutcomeName, reasons: readonly string[]): CaseResult {
  const { id, route, provider, tags } = vector;
  return { id, route, provider, stream: tags.includes('stream'), outcome, reasons };
}
