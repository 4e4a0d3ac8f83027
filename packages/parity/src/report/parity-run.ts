import type { LaneId, RuleGate } from '@stagegate/gateway-engine/ports';

/** A rule as a run judges it. */
export interface RunRule {
  readonly name: string;
  readonly serving: LaneId;
  /** Every lane that is compared for it, the one that latency is judged of first. */
  readonly candidates: readonly LaneId[];
  readonly gate: RuleGate;
  /** What code and configuration the verdict speaks for; absent when none can use it: of vectors, or of sources that are not built. */
  readonly fingerprint?: string;
}

/** What was compared, and how: the first line of a run's file, the comparisons being the others. */
export interface ParityRun {
  readonly version: 1;
  readonly source: 'vectors' | 'records' | 'reference';
  /** For people: where the calls came from. */
  readonly from: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly lanes: readonly string[];
  readonly rules: readonly RunRule[];
  /** The command that plays one call again; `{id}` stands for its id. */
  readonly reproduce: string;
  /** Set until every call was played: nothing passes before. */
  readonly unfinished?: true;
  /** What fails the run by itself: an accepted difference that expired or that nothing needed. Known at its end. */
  readonly problems?: readonly string[];
}

/** The command that plays one call again. */
export function reproduceCommand({ reproduce }: ParityRun, id: string): string {
  return reproduce.replace('{id}', () => id);
}
