import type { JsonValue } from '@stagegate/core-transforms';
import type { LoadedVector } from '@stagegate/testbed';
import type { Difference } from '../compare/difference.ts';
import { findAccepted, type AcceptedDifference } from './accepted-differences.ts';
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
  /** Of a failure: the path of each reason. */
  readonly failedPaths?: readonly string[];
}

/** One lane's judgement of a case. */
export interface LaneJudgement extends Judgement {
  readonly lane: string;
}

const WORDS_MAX = 240;

/** Names what a case came to. `judgements` is empty when no lane had a part in it. */
export function toCaseResult(
  loaded: LoadedVector,
  judgements: readonly LaneJudgement[],
  accepted: readonly AcceptedDifference[],
): CaseResult {
  const failures: string[] = [];
  const failedPaths: string[] = [];
  const covered = new Set<string>();
  for (const { lane, differences } of judgements) {
    for (const difference of differences) {
      const entry = findAccepted(difference, accepted);
      if (entry === undefined) {
        failures.push(`${lane}: ${describeDifference(difference)}`);
        failedPaths.push(difference.path);
      } else covered.add(entry.id);
    }
  }
  if (failures.length > 0) return { ...caseResult(loaded, 'failed', failures), failedPaths };
  if (covered.size > 0) return caseResult(loaded, 'accepted', [...covered]);
  return caseResult(loaded, 'passed', []);
}

/** A case's result with its outcome already known. */
export function caseResult({ vector }: LoadedVector, outcome: OutcomeName, reasons: readonly string[]): CaseResult {
  const { id, route, provider, tags } = vector;
  return { id, route, provider, stream: tags.includes('stream'), outcome, reasons };
}

function describeDifference({ path, expected, got }: Difference): string {
  return `${path}  expected ${shorten(expected)}  got ${shorten(got)}`;
}

function shorten(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > WORDS_MAX ? `${text.slice(0, WORDS_MAX)}…` : text;
}
