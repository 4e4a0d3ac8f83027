import { expect, test } from 'vitest';
import { deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
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

test('of cache marks a copy that checks them gets the type, wherever they stand', () => {
  const long = { cache_control: { type: 'ephemeral', ttl: '1h' } };
  const plain = { cache_control: { type: 'ephemeral' } };
  const text = (marks: object): JsonObject => ({ type: 'text', text: 'a', ...marks });
  const body = (marks: object): JsonObject => ({
    ...marks,
    system: [text(marks)],
    tools: [{ name: 'f', input_schema: { properties: { cache_control: { ttl: 1 } } }, ...marks }],
    messages: [
      { role: 'user', content: 'b' },
      { role: 'user', content: [text(marks), { type: 'tool_result', content: [text(marks)], ...marks }] },
    ],
  });
  const rules = makePlan('sail/m').provider.messages;
  expect(fitCopy(deepFreeze(body(long)), rules)).toStrictEqual(body(plain));
  const fit = deepFreeze(body(plain));
  expect(fitCopy(fit, rules)).toBe(fit);
  expect(fitCopy(deepFreeze({ ...text({ cache_control: true }) }), rules)).toStrictEqual(text({}));
});

test('an empty system prompt goes', () => {
  expect(fitCopy(deepFreeze({ system: [] }), RULES)['system']).toBeUndefined();
  expect(fitCopy(deepFreeze({ system: '' }), RULES)['system']).toBeUndefined();
});
