import type { LoadedVector } from '@stagegate/testbed';
import { diffLanes } from './diff-lanes.ts';
import type { AcceptedDifference } from '../compare/accepted-differences.ts';
import { keepAll } from '../compare/redact.ts';
import { toExhibits } from '../compare/show-differences.ts';
import { showExpectation, showObserved } from './exhibits.ts';
import { toExpectation, type Expectation } from './expectation.ts';
import { judge } from './judge.ts';
import type { Observed } from './observed.ts';
import { caseResult, toCaseResult, type CaseResult, type LaneJudgement } from './outcome.ts';
import { isExcluded, skipReason } from './scope.ts';

/** A way to play a case: core alone, or a lane's whole handler. Undefined: this way has no part in it. */
export interface Player {
  readonly lane: string;
  readonly play: (loaded: LoadedVector) => Promise<Observed | undefined>;
  readonly close: () => Promise<void>;
}

/** The result of playing many cases. */
export interface PlayResult {
  readonly cases: readonly CaseResult[];
  /** Accepted difference → number of cases that need it. */
  readonly acceptedCounts: ReadonlyMap<string, number>;
  /** How many streams were the same without merging deltas, in the lane with the fewest. */
  readonly exactStreams: number;
  /** The number of streams compared. */
  readonly comparedStreams: number;
}

/** Plays every case in every lane, in sequence: the work is CPU-bound, and lanes keep state per case. */
export async function playVectors(
  vectors: readonly LoadedVector[],
  players: readonly Player[],
  accepted: readonly AcceptedDifference[],
): Promise<PlayResult> {
  const cases: CaseResult[] = [];
  const acceptedCounts = new Map<string, number>();
  const exact = new Map(players.map((player) => [player.lane, 0]));
  let comparedStreams = 0;
  for (const loaded of vectors) {
    if (isExcluded(loaded.vector.id)) continue;
    const reason = skipReason(loaded.path.split('/')[0] ?? '', loaded.vector.provider);
    const judgements = reason === undefined ? await judgeInLanes(loaded, players) : [];
    if (judgements.length === 0) {
      cases.push(caseResult(loaded, 'skipped', [reason ?? 'answered by the engine, core has no part in it']));
      continue;
    }
    const result = toCaseResult(loaded, judgements, accepted);
    cases.push(result);
    if (result.outcome === 'accepted') for (const id of result.reasons) acceptedCounts.set(id, (acceptedCounts.get(id) ?? 0) + 1);
    if (loaded.vector.client_stream !== undefined) comparedStreams += 1;
    for (const judgement of judgements) if (judgement.exact) exact.set(judgement.lane, (exact.get(judgement.lane) ?? 0) + 1);
  }
  return { cases, acceptedCounts, exactStreams: Math.min(...exact.values()), comparedStreams };
}

async function judgeInLanes(loaded: LoadedVector, players: readonly Player[]): Promise<readonly LaneJudgement[]> {
  const expectation = toExpectation(loaded.vector);
  const judgements: LaneJudgement[] = [];
  const seen: { lane: string; observed: Observed }[] = [];
  for (const player of players) {
    const observed = await player.play(loaded);
    if (observed === undefined) continue;
    judgements.push(judgeLane(player.lane, expectation, observed));
    if (player.lane !== 'core') seen.push({ lane: player.lane, observed });
  }
  return [...judgements, ...diffLanes(seen)];
}

function judgeLane(lane: string, expectation: Expectation, observed: Observed): LaneJudgement {
  const judgement = judge(expectation, observed);
  if (judgement.differences.length === 0) return { lane, ...judgement };
  const [expected, got] = [showExpectation(expectation), showObserved(observed, expectation.rules)];
  return { lane, ...judgement, exhibits: toExhibits(judgement.differences, lane, expected, got, keepAll) };
}

/** Accepted differences that have expired, or that no case needed. Either fails a play of the full set. */
export function staleAccepted(result: PlayResult, accepted: readonly AcceptedDifference[], today: string): readonly string[] {
  return accepted.flatMap((entry) => {
    if (entry.expires < today) return [`accepted difference ${entry.id} expired on ${entry.expires}`];
    return result.acceptedCounts.has(entry.id) ? [] : [`accepted difference ${entry.id} covers no case`];
  });
}
