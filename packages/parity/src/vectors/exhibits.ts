import type { AnswerRules } from '../compare/compare-answer.ts';
import type { AnswerRecord, RequestRecord } from '../compare/records.ts';
import { contentOf, type Shown } from '../compare/show-differences.ts';
import type { Expectation } from './expectation.ts';
import type { Observed } from './observed.ts';

/** The expectation of a vector in full. Values that vary from run to run are shown as what is promised of them. */
export function showExpectation({ requests, answer, headers, rules }: Expectation): Shown {
  return show(requests, answer, headers, rules);
}

/** What a lane did, in full. */
export function showObserved(
  { requests, answer, headers, thrown }: Observed,
  rules: Pick<AnswerRules, 'volatileBody' | 'volatileEvents'>,
): Shown {
  return { ...show(requests, answer, headers ?? {}, rules), ...(thrown !== undefined && { bug: thrown }) };
}

function show(
  requests: readonly RequestRecord[],
  answer: AnswerRecord | undefined,
  headers: Readonly<Record<string, string>>,
  rules: Pick<AnswerRules, 'volatileBody' | 'volatileEvents'>,
): Shown {
  const content = answer === undefined ? null : contentOf(answer, rules);
  return {
    request: requests.map(({ method, path, headers: sent, body }) => ({ method, path, headers: sent, body })),
    answer: content,
    status: answer === undefined ? null : { status: answer.status, content },
    headers,
  };
}
