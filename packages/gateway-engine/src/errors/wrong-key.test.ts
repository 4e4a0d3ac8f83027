import { expect, test } from 'vitest';
import { toAnswerError } from './to-answer-error.ts';

test.each([
  ['sk-bad', 'sk-...'],
  ['sk-of-15-letter', 'sk-...'],
  ['sk-of-16-letters', 'sk-...ters'],
])('of the wrong key %s is told %s', (key, shown) => {
  const { status, type, message } = toAnswerError({ kind: 'wrong-key', key });
  expect([status, type]).toStrictEqual([401, 'token_not_found_in_db']);
  expect(message).toContain(`Received API Key = ${shown}, Key Hash`);
});
