import { expect, test } from 'vitest';
import { makePlan } from '../../test/make-plan.ts';
import { chooseTransform } from './choose-transform.ts';
import { readRefusal } from './read-refusal.ts';

const plan = makePlan('openai/gpt-4o');

test.each([
  [300, 'bad-upstream'],
  [304, 'bad-upstream'],
  [399, 'bad-upstream'],
  [400, 'upstream-refused'],
  [503, 'upstream-refused'],
])('%i is %s', (status, kind) => {
  const chosen = chooseTransform(plan);
  if (!chosen.ok) throw new Error('no transform');
  expect(readRefusal(chosen.value, { status, headers: {}, body: '{"error":{"message":"m"}}' }, plan)).toMatchObject({ kind });
});
