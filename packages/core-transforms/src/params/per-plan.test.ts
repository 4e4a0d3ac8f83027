import { expect, test } from 'vitest';
import { makePlan } from '../../test/make-plan.ts';
import { perPlan } from './per-plan.ts';

test('each plan is worked out once, and by itself', () => {
  const asked: string[] = [];
  const find = perPlan((plan) => {
    asked.push(plan.model);
    return { model: plan.model };
  });
  const [one, other] = [makePlan('openai/gpt-4o'), makePlan('openai/gpt-4o-mini')];
  expect([find(one), find(other), find(one), find(other)].map(({ model }) => model)).toStrictEqual([
    'gpt-4o',
    'gpt-4o-mini',
    'gpt-4o',
    'gpt-4o-mini',
  ]);
  expect(asked).toStrictEqual(['gpt-4o', 'gpt-4o-mini']);
  expect(find({ ...one, model: 'm' })).toStrictEqual({ model: 'm' });
});
