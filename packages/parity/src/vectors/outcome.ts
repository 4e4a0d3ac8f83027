import type { LoadedVector } from '@stagegate/testbed';
import { keepAll } from '../compare/redact.ts';
import { toMismatch } from '../compare/show-differences.ts';
import { describeMismatch } from '../verdict/cluster.ts';
import type { Exhibit, Mismatch } from '../verdict/comparison.ts';
import { findAccepted, type AcceptedDifference } from '../compare/accepted-differences.ts';
import type { Judgement } from './judge.ts';

/** What became of a case: over all lanes played, the worst. */
export type OutcomeName = 'passed' | 'accepted' | 'failed' | 'skipped';

/** A case's result, as `--json` lists it. */
export interface CaseResult {
  readonly id: string;
  readonly route: string;
  readonly provider: string;
  readonly stream: boolean;
  readonly outcome: OutcomeName;
  /** Of a failure: lane, path, expected and got; of an accepted case: the accepted differences; of a skip: why. */
  readonly reasons: readonly string[];
  /** Of a failure: each place. */
  readonly mismatches?: readonly Mismatch[];
  /** Of a failure: the sides beside each other. */
  readonly exhibits?: readonly Exhibit[];
}

/** One lane's judgement of a case. */
export interface LaneJudgement extends Judgement {
  readonly lane: string;
  readonly exhibits?: readonly Exhibit[];
}

/** Names what a case came to. `judgements` is empty when no lane had a part in it. */
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

/** A case's result with its outcome already known. */
export function caseResult({ vector }: LoadedVector, outcome: OutcomeName, reasons: readonly string[]): CaseResult {
  const { id, route, provider, tags } = vector;
  return { id, route, provider, stream: tags.includes('stream'), outcome, reasons };
}
