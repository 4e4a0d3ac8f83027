import { expect, test } from 'vitest';
import { makePlan } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { liftSystem } from './fit-host.ts';

const PLAN = makePlan('azure_ai/claude-sonnet-4-5');
const USER = { role: 'user', content: 'u' };
const text = (words: string): JsonObject => ({ type: 'text', text: words });

test.each<[string, JsonObject, JsonValue | undefined]>([
  ['a text becomes a block', { messages: [USER], system: 's' }, [text('s')]],
  ['an empty one goes', { messages: [USER], system: '' }, undefined],
  ['an empty list goes', { messages: [USER], system: [] }, undefined],
  ['blocks stay', { messages: [USER], system: [text('s')] }, [text('s')]],
  [
    'what the conversation begins with joins it',
    { messages: [{ role: 'system', content: 't' }, USER], system: 's' },
    [text('s'), text('t')],
  ],
])('%s', (_, members, system) => {
  const lifted = liftSystem(members, PLAN);
  expect(lifted['system']).toEqual(system);
  expect(lifted['messages']).toEqual([USER]);
});
