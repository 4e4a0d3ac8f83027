import { expect, test } from 'vitest';
import type { JsonObject } from '../../contract/json.ts';
import { dropIdleToolChoice } from './prepare-tools.ts';

const TOOLS: JsonObject[] = [{ type: 'function', function: { name: 'f' } }];

test.each<[JsonObject, JsonObject]>([
  [{ model: 'm', tool_choice: 'auto' }, { model: 'm' }],
  [
    { model: 'm', tool_choice: 'required', tools: [] },
    { model: 'm', tools: [] },
  ],
  [
    { tool_choice: 'auto', tools: TOOLS },
    { tool_choice: 'auto', tools: TOOLS },
  ],
  [
    { tool_choice: 'auto', functions: [{ name: 'f' }] },
    { tool_choice: 'auto', functions: [{ name: 'f' }] },
  ],
])('a choice needs something to choose from: %j', (body, sent) => {
  expect(dropIdleToolChoice(body)).toStrictEqual(sent);
});
