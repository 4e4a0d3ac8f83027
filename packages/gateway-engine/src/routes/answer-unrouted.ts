import type { CallAnswer } from '../ports/index.ts';
import { redirectAnswer, unknownPathAnswer, wrongMethodAnswer } from './local-answers.ts';
import type { RouteMatch } from './match-path.ts';

/** The answer to a call on no route, as the reference's framework gives it: 405, 307 without the last slash, or 404. */
export function answerUnrouted(
  match: (method: string, path: string) => RouteMatch,
  method: string,
  path: string,
  query: string,
): CallAnswer {
  const found = match(method, path);
  if (found.kind === 'wrong-method') return wrongMethodAnswer(found.allow);
  const shorter = path.replace(/\/$/u, '');
  // Two slashes at the front would name a host.
  const known = shorter !== path && !shorter.startsWith('//') && match(method, shorter).kind !== 'unknown-path';
  return known ? redirectAnswer(query === '' ? shorter : `${shorter}?${query}`) : unknownPathAnswer();
}
