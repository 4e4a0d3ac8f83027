import { isJsonRecord, type LoadedVector, type Vector } from '@stagegate/testbed';
import type { Comparison } from '../verdict/comparison.ts';
import type { CaseResult, OutcomeName } from './outcome.ts';

const OUTCOMES: Readonly<Record<OutcomeName, Comparison['outcome']>> = {
  passed: 'matched',
  accepted: 'accepted',
  failed: 'mismatched',
  skipped: 'not-compared',
};

/** Reads cases' results as comparisons, with the strata that their vectors tell. */
export function toComparisons(cases: readonly CaseResult[], vectors: readonly LoadedVector[]): readonly Comparison[] {
  const byId = new Map(vectors.map(({ vector }) => [vector.id, vector]));
  return cases.map((one) => ({
    id: one.id,
    outcome: OUTCOMES[one.outcome],
    strata: { route: one.route, provider: one.provider, stream: one.stream ? 'yes' : 'no', ...strataOf(byId.get(one.id)) },
    paths: one.failedPaths ?? [],
    reasons: one.reasons,
  }));
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
