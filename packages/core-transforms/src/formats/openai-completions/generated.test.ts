import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { runMachine } from '../../../test/run-machine.ts';
import type { JsonObject } from '../../contract/json.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { nativeCompletions } from './native.ts';

const PLAN = makePlan('text-completion-openai/davinci-002', { dialect: 'openai-completions', stream: true });

const anyChoice = fc.record(
  {
    index: fc.nat({ max: 2 }),
    text: fc.oneof(fc.string({ maxLength: 4 }), fc.constant(null)),
    finish_reason: fc.constantFrom(null, 'stop'),
  },
  { requiredKeys: [] },
);
const anyEvent: fc.Arbitrary<JsonObject | string> = fc.oneof(
  fc.record({ id: fc.constant('c'), choices: fc.array(anyChoice, { maxLength: 2 }) }),
  fc.record({ choices: fc.constant([]), usage: fc.record({ prompt_tokens: fc.nat(), completion_tokens: fc.nat() }) }),
  fc.constantFrom<JsonObject | string>('[DONE]', '', 'no json', {}, { error: { message: 'no' } }),
  fc
    .dictionary(fc.constantFrom('choices', 'usage', 'id', 'error'), fc.jsonValue())
    .map((event): JsonObject => JSON.parse(JSON.stringify(event))),
);

test('whatever comes: no throw, one end, and the same however it was cut', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 10 }), fc.boolean(), (events, asked) => {
      const sent = events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
      const body = toRawObject({ prompt: 'a', stream_options: { include_usage: asked } });
      const machine = (): ReturnType<typeof nativeCompletions.stream> => nativeCompletions.stream({ body, headers: {} }, PLAN);
      const { out, error } = runMachine(machine(), [sent]);
      expect(runMachine(machine(), [...sent])).toEqual({ out, error });
      for (const event of out) expect(event).toMatch(/^data: [^\n]+\n\n$/u);
      expect(out.filter((event) => event === 'data: [DONE]\n\n').length + (error === undefined ? 0 : 1)).toBe(1);
    }),
    { numRuns: 150 },
  );
});

test('whatever a body holds: an outcome, and nothing of it mutated', () => {
  const anyBody = fc.dictionary(fc.constantFrom('prompt', 'n', 'stop', 'echo', 'stream', 'extra_body', 'logprobs', 'x'), fc.jsonValue());
  fc.assert(
    fc.property(anyBody, (given) => {
      const body: JsonObject = deepFreeze(JSON.parse(JSON.stringify(given)));
      expect(typeof nativeCompletions.request({ body: toRawObject(body), headers: {} }, PLAN, AMBIENT).ok).toBe('boolean');
    }),
    { numRuns: 500 },
  );
});
