import type { JsonObject } from '@stagegate/core-transforms';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PromptSize } from './prompt-size.ts';

const text = fc.string({ unit: 'binary', maxLength: 30 }).map((some) => some.toWellFormed());
const block = fc.oneof(
  fc.record({ type: fc.constant('text'), text }),
  fc.constantFrom<JsonObject>({ type: 'image' }, { type: 'file' }, { type: 'document' }, { type: 'image_url' }),
  fc.record({ type: fc.constant('tool_result'), content: fc.jsonValue() }),
);
const message = fc.record({ role: fc.constantFrom('user', 'tool'), content: fc.oneof(text, fc.array(block, { maxLength: 4 })) });
const tool = fc.record({ type: fc.constant('function'), function: fc.record({ name: text, parameters: fc.jsonValue() }) });
const body = fc.oneof(
  fc.record({ messages: fc.array(message, { maxLength: 4 }), tools: fc.array(tool, { maxLength: 3 }) }, { requiredKeys: ['messages'] }),
  fc.record({ input: fc.jsonValue(), instructions: text }, { requiredKeys: ['input'] }),
);

test('what is said to fit by the length of a body fits by a count too', () => {
  fc.assert(
    fc.property(body, (one) => {
      const written = JSON.parse(JSON.stringify(one)) as JsonObject;
      const tokens = new PromptSize(written).tokens();
      const chars = JSON.stringify(written).length;
      expect(new PromptSize(written, chars).fits(tokens - 1)).toBe(false);
      expect(new PromptSize(written, chars).fits(tokens)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
