import { compareAnswer } from '../compare/compare-answer.ts';
import { compareHeaders } from '../compare/compare-headers.ts';
import { compareRequest } from '../compare/compare-request.ts';
import type { Difference } from '../compare/difference.ts';
import { REFERENCE_CLASSES } from '../compare/field-classes.ts';
import { checkOwnAnswer } from '../compare/own-rules.ts';
import type { Expectation } from './expectation.ts';
import type { Observed } from './observed.ts';

/** The judgement on one play of a case. */
export interface Judgement {
  readonly differences: readonly Difference[];
  /** Whether a stream has the same events even without merging deltas. */
  readonly exact: boolean;
}

/** Compares what a lane did with what the recording expects. */
export function judge(expected: Expectation, observed: Observed): Judgement {
  const requests = judgeRequests(expected, observed);
  const { answer, thrown } = observed;
  if (thrown !== undefined) return { differences: [...requests, { path: 'thrown', expected: undefined, got: thrown }], exact: false };
  if (answer === undefined)
    return { differences: requests.length > 0 ? requests : [{ path: 'answer', expected: 'an answer', got: undefined }], exact: false };
  if (expected.own !== undefined) return { differences: [...requests, ...checkOwnAnswer(answer, expected.own)], exact: false };
  const compared = compareAnswer(expected.answer, answer, { ...expected.rules, showsCost: observed.headers !== undefined });
  const differs = compared.differences.length > 0 && expected.otherwise !== undefined;
  if (differs && checkOwnAnswer(answer, expected.otherwise).length === 0) return { differences: requests, exact: false };
  const headers = observed.headers === undefined ? [] : compareHeaders(expected.headers, observed.headers, REFERENCE_CLASSES, true);
  return { differences: [...requests, ...compared.differences, ...headers], exact: compared.exact };
}

function judgeRequests(expected: Expectation, observed: Observed): readonly Difference[] {
  const length = Math.max(expected.requests.length, observed.requests.length);
  return Array.from({ length }, (_, index) => compareRequest(expected.requests[index], observed.requests[index])).flat();
}
