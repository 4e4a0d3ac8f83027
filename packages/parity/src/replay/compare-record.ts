import { findAccepted, type AcceptedDifference } from '../compare/accepted-differences.ts';
import { readAnswer, readSent, type CallFacts } from '../compare/call-facts.ts';
import { compareCalls, type Agreement } from '../compare/compare-calls.ts';
import type { Difference } from '../compare/difference.ts';
import { OWN_CLASSES, REFERENCE_CLASSES } from '../compare/field-classes.ts';
import type { Redact } from '../compare/redact.ts';
import { contentOf, toExhibits, toMismatch, type Shown } from '../compare/show-differences.ts';
import type { Comparison, Exhibit, Latency, Mismatch } from '../verdict/comparison.ts';
import { agreementWithReference, type ReplayCall } from './replay-call.ts';
import type { Played } from './replay-lane.ts';
import { strataOf } from './strata.ts';

/** What a lane made of a call, by its name. */
export interface PlayedLane {
  readonly lane: string;
  readonly played: Played;
}

/** All that was played of a call. */
export interface PlayedCall {
  readonly lanes: readonly PlayedLane[];
  /** What LiteLLM made of it; absent where it was not asked. */
  readonly reference?: Played | undefined;
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

const REFERENCE = 'reference';
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
 * in:  what each lane made of the call, and LiteLLM where it was asked; and the paths at which a lane differed from itself when it was asked twice.
 */
export function compareRecord(
  rule: string,
  call: ReplayCall,
  played: PlayedCall,
  noise: readonly string[] | undefined,
  { accepted, redact: makeRedact, exhibits: keeps }: CompareContext,
): RecordComparison {
  const { lanes } = played;
  const base = { id: call.record.id, rule, strata: strataOf(call), ...(noise !== undefined && { noise }) };
  const latencies = latenciesOf(call, played);
  const declined = lanes.flatMap(({ lane, played }) => (played.declined === undefined ? [] : [`${lane}: ${played.declined}`]));
  if (declined.length > 0) return { comparison: { ...base, outcome: 'declined', mismatches: [], reasons: declined }, used: [] };
  const { compared, used } = withoutAccepted(compareSides(call, played), accepted);
  const redact = makeRedact();
  const mismatches = compared.flatMap(({ sides, differences }) => differences.map((one) => toMismatch(one, sides, redact)));
  const reasons = [...used];
  if (mismatches.length === 0) {
    return { comparison: { ...base, outcome: used.size > 0 ? 'accepted' : 'matched', mismatches, reasons, latencies }, used: reasons };
  }
  const exhibits = keeps(mismatches) ? compared.flatMap((one) => exhibit(one, call, played, redact)) : [];
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

/** What is left of differences beside those that are accepted, and which entries that took. */
export function withoutAccepted(
  all: readonly SidesCompared[],
  accepted: readonly AcceptedDifference[],
): { readonly compared: readonly SidesCompared[]; readonly used: ReadonlySet<string> } {
  const used = new Set<string>();
  const compared = all.map(({ sides, differences }) => ({
    sides,
    differences: differences.filter((difference) => {
      const entry = isBetweenLanes(sides) ? undefined : findAccepted(difference, accepted);
      if (entry !== undefined) used.add(entry.id);
      return entry === undefined;
    }),
  }));
  return { compared, used };
}

/** Between lanes of ours nothing is accepted. */
function isBetweenLanes(sides: string): boolean {
  return sides.includes('/') && !sides.startsWith(`${REFERENCE}/`);
}

/** Every lane against the record, and against the first lane; what LiteLLM did against the record and every lane. */
export function compareSides(call: ReplayCall, { lanes, reference }: PlayedCall): readonly SidesCompared[] {
  const [first, ...others] = lanes;
  return [
    ...(reference === undefined ? [] : compareWithReference(call, reference, lanes)),
    ...lanes.map(({ lane, played }) => ({ sides: lane, differences: comparePlayed(call.facts, played, call.agreement) })),
    ...others.map(({ lane, played }) => ({
      sides: `${first?.lane ?? ''}/${lane}`,
      differences: first?.played.facts === undefined ? [] : comparePlayed(first.played.facts, played, EXACT),
    })),
  ];
}

function compareWithReference(call: ReplayCall, reference: Played, lanes: readonly PlayedLane[]): readonly SidesCompared[] {
  const { facts } = reference;
  if (facts === undefined)
    return [{ sides: `${REFERENCE}/record`, differences: [{ path: 'thrown', expected: reference.thrown ?? 'no answer', got: undefined }] }];
  const agreement = agreementWithReference(call.record);
  return [
    { sides: `${REFERENCE}/record`, differences: compareCalls(facts, call.facts, agreement) },
    ...lanes.map(({ lane, played }) => ({ sides: `${REFERENCE}/${lane}`, differences: comparePlayed(facts, played, agreement) })),
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

function latenciesOf({ latency }: ReplayCall, { lanes, reference }: PlayedCall): Readonly<Record<string, Latency>> {
  const all: Record<string, Latency> = { record: round(latency) };
  for (const { lane, played } of lanes) all[lane] = round(played.latency);
  if (reference?.facts !== undefined) all[REFERENCE] = round(reference.latency);
  return all;
}

/** A microsecond is more than a clock can tell. */
function round({ firstByteMs, totalMs }: Latency): Latency {
  return { firstByteMs: Math.round(firstByteMs * 1000) / 1000, totalMs: Math.round(totalMs * 1000) / 1000 };
}

function exhibit(
  { sides, differences }: SidesCompared,
  call: ReplayCall,
  { lanes, reference }: PlayedCall,
  redact: Redact,
): readonly Exhibit[] {
  if (differences.length === 0) return [];
  const [before, after] = sides.includes('/') ? sides.split('/') : [undefined, sides];
  const agreement = before === REFERENCE ? agreementWithReference(call.record) : call.agreement;
  const factsOf = (name: string | undefined): Shown => {
    const played = name === REFERENCE ? reference : lanes.find(({ lane }) => lane === name)?.played;
    return played === undefined ? showFacts(call.facts, agreement) : showPlayed(played, agreement);
  };
  return toExhibits(differences, sides, factsOf(before), factsOf(after), redact);
}

/** What a lane did, surface by surface. */
function showPlayed({ facts, thrown }: Played, agreement: Agreement): Shown {
  return { ...(facts === undefined ? {} : showFacts(facts, agreement)), ...(thrown !== undefined && { bug: thrown }) };
}

/** A side of a call, surface by surface. */
function showFacts(facts: CallFacts, agreement: Agreement): Shown {
  const classes = agreement.kind === 'exact' ? OWN_CLASSES : REFERENCE_CLASSES;
  const content = contentOf(readAnswer(facts), classes);
  return {
    ...(facts.sent !== undefined && {
      request: facts.sent.map((sent) => {
        const { method, path, headers, body } = readSent(sent);
        return { method, path, headers, body };
      }),
    }),
    answer: content,
    status: { status: facts.status, content },
    headers: Object.fromEntries(Object.entries(facts.headers).filter(([name]) => classes.comparesHeader(name))),
    effects: facts.effects,
  };
}
