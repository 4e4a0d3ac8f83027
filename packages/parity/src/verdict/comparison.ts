/** What a comparison came to. */
export type ComparisonOutcome = 'matched' | 'accepted' | 'mismatched' | 'not-compared';

/** One call, compared on every lane that was asked. */
export interface Comparison {
  readonly id: string;
  readonly outcome: ComparisonOutcome;
  /** Dimension → value, e.g. provider → anthropic. */
  readonly strata: Readonly<Record<string, string>>;
  /** JSON paths where it mismatched. */
  readonly paths: readonly string[];
  /** Of a mismatch: lane, path, expected, got; of what was not compared: why. */
  readonly reasons: readonly string[];
}

/** How many comparisons came to what; what was not compared is no sample. */
export interface Tally {
  readonly samples: number;
  readonly matched: number;
  readonly accepted: number;
  readonly mismatched: number;
}

/** Counts the samples among comparisons. */
export function tally(comparisons: readonly Comparison[]): Tally {
  const counts = { matched: 0, accepted: 0, mismatched: 0, 'not-compared': 0 };
  for (const { outcome } of comparisons) counts[outcome] += 1;
  const { matched, accepted, mismatched } = counts;
  return { samples: matched + accepted + mismatched, matched, accepted, mismatched };
}
