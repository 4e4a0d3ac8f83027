import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { runMachine } from '../../../test/run-machine.ts';
import { anyResponsesEvents, anyResponsesInput, toSse } from '../../../test/responses-events.ts';
import type { JsonObject } from '../../contract/json.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { nativeResponses } from './native.ts';

const PLAN = makePlan('openai/gpt-5', { dialect: 'openai-responses', stream: true });
const CALL = { body: toRawObject({ input: 'a', stream: true }), headers: {} };

test('whatever comes: no throw, one end, and the same however it was cut', () => {
  fc.assert(
    fc.property(anyResponsesEvents, (events) => {
      const sent = toSse(events);
      const { out, error } = runMachine(nativeResponses.stream(CALL, PLAN), [sent]);
      expect(runMachine(nativeResponses.stream(CALL, PLAN), [...sent])).toEqual({ out, error });
      const text = out.join('');
      for (const frame of text.split('\n\n').slice(0, -1)) expect(frame).toMatch(/^(?:event: [^\n]+\n)?data: [^\n]+$/u);
      expect(text.split('data: [DONE]\n\n').length - 1 + (error === undefined ? 0 : 1)).toBe(1);
    }),
    { numRuns: 300 },
  );
});

test('whatever a body holds: an outcome, and nothing of it mutated', () => {
  fc.assert(
    fc.property(anyResponsesInput, (given) => {
      const body: JsonObject = deepFreeze(given);
      for (const model of ['openai/gpt-5', 'azure/gpt-4o', 'xai/grok-4', 'perplexity/sonar']) {
        const plan = makePlan(model, { dialect: 'openai-responses' });
        const asked = nativeResponses.request({ body: toRawObject(body), headers: {} }, plan, AMBIENT);
        expect(typeof asked.ok).toBe('boolean');
      }
    }),
    { numRuns: 300 },
  );
});
