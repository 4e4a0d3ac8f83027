import fc from 'fast-check';
import { test } from 'vitest';
import { anyChat } from '../../../test/any-chat.ts';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { toMessagesBody } from './request.ts';

const MODELS = ['anthropic/claude-sonnet-4-5', 'anthropic/claude-opus-4-7', 'anthropic/claude-3-5-sonnet-20241022'];

test('no request makes it throw, and none is changed', () => {
  fc.assert(
    fc.property(anyChat(), fc.constantFrom(...MODELS), fc.boolean(), (chat, model, lenient) => {
      toMessagesBody(deepFreeze(chat), deepFreeze(makePlan(model, { settings: { dropParams: lenient, modifyParams: lenient } })), AMBIENT);
    }),
    { numRuns: 500 },
  );
});
