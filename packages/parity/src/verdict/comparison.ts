/** What a comparison came to; `noise` is a mismatch that a lane shows against itself just as often. */
export type ComparisonOutcome = 'matched' | 'accepted' | 'noise' | 'mismatched' | 'declined' | 'not-compared';

/** The five things of a call that are compared; `bug` is what a lane threw instead. */
export type Surface = 'request' | 'answer' | 'status' | 'headers' | 'effects' | 'bug';

/** One place where two sides of a call are not the same. */
export interface Mismatch {
  /** `hono`: that lane against the record; `legacy-io/hono`: the first lane against the second. */
  readonly sides: string;
  /** JSON path, e.g. `request.body.tools[0].name`. */
  readonly path: string;
  /** As a report may show it: shortened, and redacted unless asked otherwise. `nothing` for what is not there. */
  readonly expected: string;
  readonly got: string;
}

/** Milliseconds from the call to the first byte of its answer, and to the last. */
export interface Latency {
  readonly firstByteMs: number;
  readonly totalMs: number;
}

/** Two sides of one surface beside each other, as lines of JSON. */
export interface Exhibit {
  readonly sides: string;
  readonly surface: Surface;
  /** `expected`, `got`, and whether the line differs; an empty side has nothing there. */
  readonly rows: readonly (readonly [expected: string, got: string, differs: 0 | 1])[];
}

/** One call, compared on every lane that was asked. */
export interface Comparison {
  readonly id: string;
  /** The migration rule it belongs to. */
  readonly rule: string;
  readonly outcome: ComparisonOutcome;
  /** Dimension → value, e.g. provider → anthropic. */
  readonly strata: Readonly<Record<string, string>>;
  /** Of a mismatch: where. */
  readonly mismatches: readonly Mismatch[];
  /** Of what was accepted: the accepted differences; of what was declined or not compared: why. */
  readonly reasons: readonly string[];
  /** Side (a lane, or `record`) → its latency. */
  readonly latencies?: Readonly<Record<string, Latency>>;
  /** Paths at which a lane differed from itself; absent when that was not tried with this call. */
  readonly noise?: readonly string[];
  /** A few mismatches are kept whole, for a reader to look at. */
  readonly exhibits?: readonly Exhibit[];
}

/** How many comparisons came to what; what was declined or not compared is no sample. */
export interface Tally {
  readonly samples: number;
  readonly matched: number;
  readonly accepted: number;
  readonly noise: number;
  readonly mismatched: number;
}

/** Counts the samples among comparisons. */
export function tally(comparisons: readonly Comparison[]): Tally {
  const counts = { matched: 0, accepted: 0, noise: 0, mismatched: 0, declined: 0, 'not-compared': 0 };
  for (const { outcome } of comparisons) counts[outcome] += 1;
  const { matched, accepted, noise, mismatched } = counts;
  return { samples: matched + accepted + noise + mismatched, matched, accepted, noise, mismatched };
}

/** The surface a path belongs to; an error's envelope belongs to its status. */
export function surfaceOf(place: string): Surface {
  const path = place.replace(/^lanes\./u, '');
  if (path.startsWith('request')) return 'request';
  if (path.startsWith('effects')) return 'effects';
  if (path.startsWith('thrown')) return 'bug';
  if (path.startsWith('answer.headers')) return 'headers';
  return /^answer\.(?:status|kind$|body\.error\b|events\[\d+\]\.data\.error\b)/u.test(path) ? 'status' : 'answer';
}

/** A path with every index as `[*]`: places that differ in it alone are one place. */
export function generalPath(path: string): string {
  return path.replaceAll(/\[\d+\]/gu, '[*]');
}
