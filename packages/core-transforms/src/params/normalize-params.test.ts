import { expect, test } from 'vitest';
import type { JsonObject } from '../contract/json.ts';
import { normalizeParams } from './normalize-params.ts';

const CASES: readonly [string, JsonObject, JsonObject][] = [
  ['a fifth stop sequence is cut off', { stop: ['1', '2', '3', '4', '5'] }, { stop: ['1', '2', '3', '4'] }],
  ['thinking: true', { thinking: true }, { thinking: { type: 'enabled', budget_tokens: 2048 } }],
  ['thinking: false', { thinking: false }, { thinking: null }],
  ['camel case', { thinking: { type: 'enabled', budgetTokens: 5 } }, { thinking: { type: 'enabled', budget_tokens: 5 } }],
  ['both cases', { thinking: { budgetTokens: 5, budget_tokens: 6 } }, { thinking: { budget_tokens: 6 } }],
  ['a choice as an object', { tool_choice: { type: 'auto' } }, { tool_choice: 'auto' }],
];

test.each(CASES)('%s', (_name, given, expected) => {
  expect(normalizeParams(given)).toMatchObject({ ok: true, value: expected });
});

test('nothing to do gives the same object back', () => {
  const chat = { stop: 'x', tool_choice: { type: 'function', function: { name: 'f' } }, thinking: { type: 'adaptive' } };
  const outcome = normalizeParams(chat);
  expect(outcome.ok && outcome.value).toBe(chat);
});

test.each([[{ type: 'tool', name: 'f' }], [3], [[]]])('a tool_choice of no known shape: %j', (choice) => {
  expect(normalizeParams({ tool_choice: choice })).toMatchObject({ ok: false, error: { kind: 'bad-request', path: '' } });
});
