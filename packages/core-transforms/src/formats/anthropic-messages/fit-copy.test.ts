import { expect, test } from 'vitest';

import { deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { fitCopy } from './fit-copy.ts';

const RULES = makePlan('deepseek/deepseek-chat').provider.messages;
const NOTE = { type: 'text', text: 'x-anthropic-billing-header: cc' };

test('takes out what the copy refuses, and nothing else', () => {
  const tools = [{ type: 'custom', name: 'f' }, { type: 'bash_20250124', name: 'bash' }, { name: 'g' }];
  const body = deepFreeze({ model: 'm', tools, system: [NOTE, { type: 'text', text: 'be brief' }] });
  expect(fitCopy(body, RULES)).toEqual({
    model: 'm',
    tools: [{ name: 'f' }, { type: 'bash_20250124', name: 'bash' }, { name: 'g' }],
    system: [{ type: 'text', text: 'be brief' }],
  });
  expect(fitCopy(body, undefined)).toBe(body);
});

test.each([[[NOTE]], [NOTE.text]])('a system prompt of nothing but the note goes: %j', (system) => {
  expect(fitCopy(deepFreeze({ system }), RULES)['system']).toBeUndefined();
});

test('what fits is the same object', () => {
  const body = deepFreeze({ tools: [{ name: 'f' }], system: 'be brief' });
  expect(fitCopy(body, RULES)).toBe(body);
});
