import type { LaneId, RuleGate } from '@stagegate/gateway-engine/ports';

/** A rule that a run judges. */
export interface RunRule {
  readonly name: string;
  readonly serving: LaneId;
  /** The lanes that are compared for it. Latency is judged by the first. */
  readonly candidates: readonly LaneId[];
  readonly gate: RuleGate;
  /** The code and configuration that the verdict is for; absent where no gate can use it: for vectors, or where the code has no hash. */
  readonly fingerprint?: string;
}

/** What was compared, and how: the first line of a run's file, the comparisons being the others. */
export interface ParityRun {
  readonly version: 1;
  readonly source: 'vectors' | 'records' | 'reference';
  /** Where the calls came from, for humans. */
  readonly from: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly lanes: readonly string[];
  readonly rules: readonly RunRule[];
  /** The command that plays one call again; `{id}` stands for its id. */
  readonly reproduce: string;
  /** Set until every call has been played; no rule passes before. */
  readonly unfinished?: true;
  /** What fails the run as a whole: accepted differences that have expired or that no call needed. Known at its end. */
  readonly problems?: readonly string[];
}

/** The command that plays one call again. */
export function reproduceCommand({ reproduce }: ParityRun, id: string): string {
  return reproduce.replace('{id}', () => id);
}
