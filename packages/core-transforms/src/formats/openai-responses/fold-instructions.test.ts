import { expect, test } from 'vitest';
import { deepFreeze } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { foldInstructions } from './fold-instructions.ts';

const said = (role: string, content: JsonValue): JsonObject => ({ role, content });
const [system, developer, user, assistant] = [said('system', 's'), said('developer', 'd'), said('user', 'u'), said('assistant', 'a')];
const asSystem = { type: 'message', role: 'system', content: 'd' };
const parts = [
  { type: 'input_text', text: 'p' },
  { type: 'input_text', text: 'q' },
];
const image = said('developer', [{ type: 'input_image', image_url: 'i' }]);

test.each<[string, JsonValue, JsonValue | undefined, JsonValue, JsonValue | undefined]>([
  ['a text stays', 'u', 'i', 'u', 'i'],
  ['what leads joins', [system, developer, user], 'i', [user], 'i\n\ns\n\nd'],
  [
    'developers amid the turns join, systems stay',
    [user, developer, assistant, system, user],
    undefined,
    [user, assistant, system, user],
    'd',
  ],
  ['after the last answer they stay', [developer, user, assistant, developer, system], undefined, [user, assistant, asSystem, system], 'd'],
  ['after the user’s last word they join', [user, developer], '', [user], 'd'],
  ['texts in parts', [said('developer', parts), user], undefined, [user], 'p\n\nq'],
  ['other parts stay', [image, user], 'i', [{ ...image, type: 'message', role: 'system' }, user], 'i'],
  ['nothing but empty words', [said('system', ''), user], undefined, [user], undefined],
  ['instructions that are no text', [developer, user], [{ x: 1 }], [asSystem, user], [{ x: 1 }]],
])('%s', (_name, input, instructions, expectedInput, expectedInstructions) => {
  const folded = foldInstructions(deepFreeze(input), instructions);
  expect(folded).toEqual({ input: expectedInput, ...(expectedInstructions !== undefined && { instructions: expectedInstructions }) });
});
