import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { editsOf } from './native-messages.ts';
import { toNativeMembers } from './native-request.ts';
import { plainNativeEdits } from './plain-native.ts';

const SETTINGS = [{}, { additionalDropParams: ['top_p'] }, { defaults: { top_k: 9 } }, { dropParams: true }];
const PLANS = ['claude-sonnet-4-5', 'claude-opus-4-7', 'claude-3-haiku-20240307', 'claude-of-tomorrow'].flatMap((model) =>
  [false, true].flatMap((stream) =>
    SETTINGS.map((settings) => makePlan(`anthropic/${model}`, { dialect: 'anthropic-messages', stream, settings })),
  ),
);

const text = fc.constantFrom('', ' ', 'Do you bake?\n');
const blocks = fc.array(fc.record({ type: fc.constant('text'), text }));
const role = fc.constantFrom('user', 'assistant', 'system');
const usual = {
  model: fc.constantFrom('group', 'claude-sonnet-4-5'),
  max_tokens: fc.constantFrom(1, 512),
  messages: fc.array(fc.record({ role, content: text })),
  system: text,
  temperature: fc.constantFrom(0, 0.7, 1),
  top_p: fc.constant(0.9),
  top_k: fc.constant(3),
  stop_sequences: fc.constant(['END']),
  metadata: fc.constant({ user_id: 'customer-4711' }),
  stream: fc.boolean(),
};
const unusual = {
  messages: fc.array(fc.record({ role, content: fc.oneof(text, blocks) })),
  system: fc.oneof(fc.constant(null), blocks),
  temperature: fc.constant(null),
  stream: fc.constantFrom(null, 'yes'),
  metadata: fc.constantFrom(null, {}, { user_id: null }, { user_id: 'a', team: 'b' }),
  thinking: fc.constant({ type: 'enabled', budget_tokens: 1024 }),
  service_tier: fc.constant('auto'),
  cache_control_injection_points: fc.constant([{ location: 'message', index: -1 }]),
  drop_params: fc.boolean(),
};
const requiredKeys: ['messages'] = ['messages'];
/** Usual members, and at times one that is not. */
const body = fc
  .tuple(fc.record(usual, { requiredKeys }), fc.record(unusual, { requiredKeys: [] }), fc.nat())
  .map(([members, others, at]) => ({ ...members, ...Object.fromEntries(Object.entries(others).slice(at % 9, (at % 9) + 1)) }));

test('what it says of a body is what comes of going through all its members', () => {
  fc.assert(
    fc.property(body, (given) => {
      const request: JsonObject = JSON.parse(JSON.stringify(given));
      for (const plan of PLANS) {
        const edits = plainNativeEdits(request, plan);
        if (edits === undefined) continue;
        const members = toNativeMembers(request, plan);
        if (!members.ok) throw new Error(`${plan.model}: ${JSON.stringify(members.error)}`);
        expect(editsOf(toRawObject(request), members.value), plan.model).toStrictEqual(edits);
        expect(members.notes).toStrictEqual([]);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('a conversation of texts is plain', () => {
  const request = {
    model: 'group',
    max_tokens: 512,
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'Hello' }],
    temperature: 0.7,
  };
  expect(plainNativeEdits(request, makePlan('anthropic/claude-sonnet-4-5', { dialect: 'anthropic-messages' }))).toStrictEqual([
    { name: 'model', set: 'claude-sonnet-4-5' },
    { name: 'stream', set: false },
  ]);
});
