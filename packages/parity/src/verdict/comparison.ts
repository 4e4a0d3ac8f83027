/** The outcome of a comparison; `noise` is a mismatch that a lane shows against itself just as often. */
export type ComparisonOutcome = 'matched' | 'accepted' | 'noise' | 'mismatched' | 'declined' | 'not-compared';

/** The five surfaces of a call that are compared; `bug` is an error that a lane threw instead. */
export type Surface = 'request' | 'answer' | 'status' | 'headers' | 'effects' | 'bug';

/** One place where two sides of a call differ. */
export interface Mismatch {
  /** `hono`: that lane against the record; `legacy-io/hono`: the first lane against the second. */
  readonly sides: string;
  /** JSON path, e.g. `request.body.tools[0].name`. */
  readonly path: string;
  /** The value as a report shows it: shortened, redacted unless asked otherwise, and `nothing` where there is none. */
  readonly expected: string;
  readonly got: string;
}

/** Milliseconds from the call to the first byte of its answer, and to the last. */
export interface Latency {
  readonly firstByteMs: number;
  readonly totalMs: number;
}

/** Two sides of one surface next to each other, as lines of JSON. */
export interface Exhibit {
  readonly sides: string;
  readonly surface: Surface;
  /** `expected`, `got`, and whether the line differs; '' where a side has no such line. */
  readonly rows: readonly (readonly [expected: string, got: string, differs: 0 | 1])[];
}

/** One call, compared on every lane that was asked for. */
export interface Comparison {
  readonly id: string;
  /** The migration rule it belongs to. */
  readonly rule: string;
  readonly outcome: ComparisonOutcome;
  /** Dimension → value, e.g. provider → anthropic. */
  readonly strata: Readonly<Record<string, string>>;
  /** The places; empty unless mismatched. */
  readonly mismatches: readonly Mismatch[];
  /** The accepted differences, or why the call was declined or not compared. */
  readonly reasons: readonly string[];
  /** Side (a lane, or `record`) → its latency. */
  readonly latencies?: Readonly<Record<string, Latency>>;
  /** Paths at which a lane differed from itself; absent where this call was not played twice. */
  readonly noise?: readonly string[];
  /** A few mismatches with both sides in full. */
  readonly exhibits?: readonly Exhibit[];
}

/** Counts of comparisons by outcome. Calls that were declined or not compared are no samples. */
export interface Tally {
  readonly samples: number;
  readonly matched: number;
  readonly accepted: number;
  readonly noise: number;
  readonly mismatched: number;
}

/** Counts comparisons by outcome. */
export function tally(comparisons: readonly Comparison[]): Tally {
  const counts = { matched: 0, accepted: 0, noise: 0, mismatched: 0, declined: 0, 'not-compared': 0 };
  for (const { outcome } of comparisons) counts[outcome] += 1;
  const { matched, accepted, noise, mismatched } = counts;
  return { samples: matched + accepted + noise + mismatched, matched, accepted, noise, mismatched };
}

/** The surface that a path belongs to; an error's envelope belongs to `status`. */
export function surfaceOf(place: string): Surface {
  const path = place.replace(/^lanes\./u, '');
  if (path.startsWith('request')) return 'request';
  if (path.startsWith('effects')) return 'effects';
  if (path.startsWith('thrown')) return 'bug';
  if (path.startsWith('answer.headers')) return 'headers';
  return /^answer\.(?:status|kind$|body\.error\b|events\[\d+\]\.data\.error\b)/u.test(path) ? 'status' : 'answer';
}

/** A path with every index as `[*]`, so that places that differ only by index count as one. */
export function generalPath(path: string): string {
  return path.replaceAll(/\[\d+\]/gu, '[*]');
}
