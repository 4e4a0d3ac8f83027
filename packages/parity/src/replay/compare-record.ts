import { findAccepted, type AcceptedDifference } from '../compare/accepted-differences.ts';
import { readAnswer, readSent, type CallFacts } from '../compare/call-facts.ts';
import { compareCalls, type Agreement } from '../compare/compare-calls.ts';
import type { Difference } from '../compare/difference.ts';
import { OWN_CLASSES, REFERENCE_CLASSES } from '../compare/field-classes.ts';
import type { Redact } from '../compare/redact.ts';
import { contentOf, toExhibits, toMismatch, type Shown } from '../compare/show-differences.ts';
import type { Comparison, Exhibit, Latency, Mismatch } from '../verdict/comparison.ts';
import type { ReplayCall } from './replay-call.ts';
import type { Played } from './replay-lane.ts';
import { strataOf } from './strata.ts';

/** What a lane made of a call, by its name. */
export interface PlayedLane {
  readonly lane: string;
  readonly played: Played;
}

/** One pair of sides, and where they differ beyond what is accepted. */
export interface SidesCompared {
  readonly sides: string;
  readonly differences: readonly Difference[];
}

/** What comparing needs besides the two sides. */
export interface CompareContext {
  readonly accepted: readonly AcceptedDifference[];
  /** Made anew for each call. */
  readonly redact: () => Redact;
  /** Whether this call's mismatches are kept whole. */
  readonly exhibits: (mismatches: readonly Mismatch[]) => boolean;
}

const EXACT: Agreement = { kind: 'exact' };

/** What the sides of a call came to. */
export interface RecordComparison {
  readonly comparison: Comparison;
  /** Accepted differences that it needed. */
  readonly used: readonly string[];
}

/**
 * Compares every lane with the record, and the first lane with every other.
 *
 * in:  what each lane made of the call, and the paths at which a lane differed from itself when it was asked twice.
 */
export function compareRecord(
  rule: string,
  call: ReplayCall,
  lanes: readonly PlayedLane[],
  noise: readonly string[] | undefined,
  { accepted, redact: makeRedact, exhibits: keeps }: CompareContext,
): RecordComparison {
  const base = { id: call.record.id, rule, strata: strataOf(call), ...(noise !== undefined && { noise }) };
  const latencies = latenciesOf(call, lanes);
  const declined = lanes.flatMap(({ lane, played }) => (played.declined === undefined ? [] : [`${lane}: ${played.declined}`]));
  if (declined.length > 0) return { comparison: { ...base, outcome: 'declined', mismatches: [], reasons: declined }, used: [] };
  const used = new Set<string>();
  const compared = compareSides(call, lanes).map(({ sides, differences }) => ({
    sides,
    differences: differences.filter((difference) => {
      const entry = sides.includes('/') ? undefined : findAccepted(difference, accepted);
      if (entry !== undefined) used.add(entry.id);
      return entry === undefined;
    }),
  }));
  const redact = makeRedact();
  const mismatches = compared.flatMap(({ sides, differences }) => differences.map((one) => toMismatch(one, sides, redact)));
  const reasons = [...used];
  if (mismatches.length === 0) {
    return { comparison: { ...base, outcome: used.size > 0 ? 'accepted' : 'matched', mismatches, reasons, latencies }, used: reasons };
  }
  const exhibits = keeps(mismatches) ? compared.flatMap((one) => exhibit(one, call, lanes, redact)) : [];
  const comparison: Comparison = {
    ...base,
    outcome: 'mismatched',
    mismatches,
    reasons,
    latencies,
    ...(exhibits.length > 0 && { exhibits }),
  };
  return { comparison, used: reasons };
}

/** Every lane against the record, and against the first lane. */
export function compareSides(call: ReplayCall, lanes: readonly PlayedLane[]): readonly SidesCompared[] {
  const [first, ...others] = lanes;
  return [
    ...lanes.map(({ lane, played }) => ({ sides: lane, differences: comparePlayed(call.facts, played, call.agreement) })),
    ...others.map(({ lane, played }) => ({
      sides: `${first?.lane ?? ''}/${lane}`,
      differences: first?.played.facts === undefined ? [] : comparePlayed(first.played.facts, played, EXACT),
    })),
  ];
}

/** Where a lane differs from itself. */
export function compareWithItself(once: Played, again: Played): readonly string[] {
  if (once.facts === undefined) return [];
  return comparePlayed(once.facts, again, EXACT).map(({ path }) => path);
}

function comparePlayed(expected: CallFacts, { facts, thrown }: Played, agreement: Agreement): readonly Difference[] {
  if (thrown !== undefined || facts === undefined) return [{ path: 'thrown', expected: undefined, got: thrown ?? 'no answer' }];
  return compareCalls(expected, facts, agreement);
}

function latenciesOf({ latency }: ReplayCall, lanes: readonly PlayedLane[]): Readonly<Record<string, Latency>> {
  const all: Record<string, Latency> = { record: round(latency) };
  for (const { lane, played } of lanes) all[lane] = round(played.latency);
  return all;
}

/** A microsecond is more than a clock can tell. */
function round({ firstByteMs, totalMs }: Latency): Latency {
  return { firstByteMs: Math.round(firstByteMs * 1000) / 1000, totalMs: Math.round(totalMs * 1000) / 1000 };
}

function exhibit(
  { sides, differences }: SidesCompared,
  call: ReplayCall,
  lanes: readonly PlayedLane[],
  redact: Redact,
): readonly Exhibit[] {
  if (differences.length === 0) return [];
  const [before, after] = sides.includes('/') ? sides.split('/') : [undefined, sides];
  const factsOf = (name: string | undefined): Shown => {
    const played = lanes.find(({ lane }) => lane === name)?.played;
    return played === undefined ? showFacts(call.facts, call.agreement) : showPlayed(played, call.agreement);
  };
  return toExhibits(differences, sides, factsOf(before), factsOf(after), redact);
}

/** What a lane did, surface by surface. */
export function showPlayed({ facts, thrown }: Played, agreement: Agreement): Shown {
  return { ...(facts === undefined ? {} : showFacts(facts, agreement)), ...(thrown !== undefined && { bug: thrown }) };
}

/** A side of a call, surface by surface. */
export function showFacts(facts: CallFacts, agreement: Agreement): Shown {
  const content = contentOf(readAnswer(facts), agreement.kind === 'exact' ? OWN_CLASSES : REFERENCE_CLASSES);
  return {
    ...(facts.sent !== undefined && {
      request: facts.sent.map((sent) => {
        const { method, path, headers, body } = readSent(sent);
        return { method, path, headers, body };
      }),
    }),
    answer: content,
    status: { status: facts.status, content },
    headers: facts.headers,
    effects: facts.effects,
  };
}
