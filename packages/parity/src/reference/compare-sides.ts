import { readAnswer, type CallFacts } from '../compare/call-facts.ts';
import { compareCalls } from '../compare/compare-calls.ts';
import type { Difference } from '../compare/difference.ts';
import { checkOwnAnswer } from '../compare/own-rules.ts';
import { keepAll } from '../compare/redact.ts';
import { toMismatch } from '../compare/show-differences.ts';
import { findAccepted, type AcceptedDifference } from '../compare/accepted-differences.ts';
import type { Comparison } from '../verdict/comparison.ts';
import type { MixedCall } from './traffic.ts';

/** What one gateway did with a call. */
export interface SideFacts {
  readonly name: string;
  readonly facts: CallFacts;
}

/** The rule under which the mixed traffic is judged. */
export const REFERENCE_RULE = 'mixed-traffic';

/**
 * Compares the sides of a call: every lane with the reference, and the lanes with each other byte for byte.
 *
 * in:  the reference's side first.
 * out: the comparison, and the accepted differences that it needed.
 */
export function compareSides(
  call: MixedCall,
  [reference, ...lanes]: readonly SideFacts[],
  accepted: readonly AcceptedDifference[],
): { readonly comparison: Comparison; readonly used: readonly string[] } {
  if (reference === undefined) throw new Error('nothing to compare with');
  const used = new Set<string>();
  const withReference = lanes.flatMap(({ name, facts }) =>
    judge(call, reference.facts, facts)
      .filter((difference) => {
        const entry = findAccepted(difference, accepted);
        if (entry !== undefined) used.add(entry.id);
        return entry === undefined;
      })
      .map((difference) => toMismatch(difference, name, keepAll)),
  );
  const [first, ...others] = lanes;
  const betweenLanes = others.flatMap(({ name, facts }) =>
    first === undefined
      ? []
      : compareCalls(first.facts, facts, { kind: 'exact' }).map((one) => toMismatch(one, `${first.name}/${name}`, keepAll)),
  );
  const mismatches = [...withReference, ...betweenLanes];
  const outcome = mismatches.length > 0 ? 'mismatched' : used.size > 0 || call.own !== undefined ? 'accepted' : 'matched';
  const reasons = mismatches.length > 0 ? [] : [...used, ...(call.own === undefined ? [] : [call.own.name])];
  return { comparison: { id: call.id, rule: REFERENCE_RULE, outcome, strata: call.strata, mismatches, reasons }, used: [...used] };
}

function judge(call: MixedCall, reference: CallFacts, lane: CallFacts): readonly Difference[] {
  if (call.own !== undefined) return checkOwnAnswer(readAnswer(lane), call.own);
  const providerMessage = call.script === undefined ? undefined : `the provider says ${call.script.status}`;
  return compareCalls(reference, lane, { kind: 'reference', providerCounted: true, providerMessage });
}
