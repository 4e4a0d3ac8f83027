import { isJsonRecord, type LoadedVector, type Vector } from '@stagegate/testbed';
import type { Comparison } from '../verdict/comparison.ts';
import type { KnownFailure } from './known.ts';
import type { CaseResult, OutcomeName } from './outcome.ts';

const OUTCOMES: Readonly<Record<OutcomeName, Comparison['outcome']>> = {
  passed: 'matched',
  accepted: 'accepted',
  failed: 'mismatched',
  skipped: 'not-compared',
};

/** The rule under which vectors are judged, because they belong to no migration rule. */
export const VECTORS_RULE = 'vectors';

/** The results of cases as comparisons, with strata from their vectors. A known failure counts as a difference accepted for that case. */
export function toComparisons(
  cases: readonly CaseResult[],
  vectors: readonly LoadedVector[],
  known: readonly KnownFailure[],
): readonly Comparison[] {
  const byId = new Map(vectors.map(({ vector }) => [vector.id, vector]));
  const causes = new Map(known.map(({ id, cause }) => [id, cause]));
  return cases.map((one) => toComparison(one, byId.get(one.id), one.outcome === 'failed' ? causes.get(one.id) : undefined));
}

function toComparison(one: CaseResult, vector: Vector | undefined, knownCause: string | undefined): Comparison {
  const isMismatch = one.outcome === 'failed' && knownCause === undefined;
  return {
    id: one.id,
    rule: VECTORS_RULE,
    outcome: knownCause === undefined ? OUTCOMES[one.outcome] : 'accepted',
    strata: { route: one.route, provider: one.provider, stream: one.stream ? 'yes' : 'no', ...strataOf(vector) },
    mismatches: isMismatch ? (one.mismatches ?? []) : [],
    reasons: isMismatch ? [] : knownCause === undefined ? one.reasons : [`known failure: ${knownCause}`],
    ...(isMismatch && { exhibits: one.exhibits ?? [] }),
  };
}

function strataOf(vector: Vector | undefined): Readonly<Record<string, string>> {
  if (vector === undefined) return {};
  const { client_request: request, client_stream: stream, client_response: whole, tags } = vector;
  const text = JSON.stringify(request) ?? '';
  return {
    model: vector.model ?? 'none',
    tools: isJsonRecord(request) && Array.isArray(request['tools']) && request['tools'].length > 0 ? 'yes' : 'no',
    vision: /"type":"(?:image_url|image|input_image)"/u.test(text) ? 'yes' : 'no',
    cached: text.includes('"cache_control"') ? 'yes' : 'no',
    error: tags.includes('error_in_stream') ? 'in stream' : errorClass(stream?.status ?? whole?.status ?? 200),
  };
}

function errorClass(status: number): string {
  return status < 400 ? 'none' : `${Math.floor(status / 100)}xx`;
}
