import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderRow } from '../../providers/provider-row.ts';
import { listProviders } from '../../providers/registry.ts';
import { plainMessagesBody } from './plain-chat.ts';
import { toMessagesBody } from './request.ts';

const MODELS = ['claude-sonnet-4-5', 'claude-opus-4-7', 'claude-3-haiku-20240307', 'claude-of-tomorrow'];
const ANTHROPIC = makePlan('anthropic/claude-sonnet-4-5');
const SETTINGS = [
  { additionalDropParams: ['user'] },
  { defaults: { top_p: 0.1 } },
  { dropParams: true },
  { modifyParams: true },
  { allowedOpenaiParams: ['seed'] },
];

function withParams(params: Partial<ProviderRow['params']>): Plan {
  return { ...ANTHROPIC, provider: { ...ANTHROPIC.provider, params: { ...ANTHROPIC.provider.params, ...params } } };
}

const PLANS = [
  ...listProviders()
    .filter(({ format }) => format === 'anthropic-messages')
    .flatMap(({ id }) => MODELS.flatMap((model) => [false, true].map((stream) => makePlan(`${id}/${model}`, { stream })))),
  ...SETTINGS.map((settings) => makePlan('anthropic/claude-sonnet-4-5', { settings })),
  withParams({ set: { top_p: 0.5 } }),
  withParams({ rename: { stop: 'ends' } }),
  withParams({ drop: ['user'] }),
  withParams({ values: [{ param: 'temperature', clamp: { max: 0.5 } }] }),
];

const text = fc.constantFrom('Hello', 'Do you bake?\n', ' a ');
const said = fc.record({ role: fc.constantFrom('user', 'assistant'), content: text });
const system = fc.array(fc.record({ role: fc.constant('system'), content: text }), { maxLength: 2 });
const plainMessages = fc
  .tuple(system, fc.array(said), fc.record({ role: fc.constant('user'), content: text }))
  .map(([first, others, last]) => [...first, ...others, last]);
const otherMessage = fc.record(
  {
    role: fc.constantFrom('user', 'assistant', 'tool', 'developer', 'system', 'nobody', ''),
    content: fc.oneof(text, fc.constantFrom('', ' \n'), fc.constant(null), fc.array(fc.record({ type: fc.constant('text'), text }))),
    name: text,
    cache_control: fc.constant({ type: 'ephemeral' }),
  },
  { requiredKeys: ['role'] },
);
const usual = {
  model: fc.constantFrom('group', 'claude-sonnet-4-5'),
  messages: fc.oneof({ weight: 3, arbitrary: plainMessages }, fc.array(fc.oneof({ weight: 3, arbitrary: said }, otherMessage))),
  temperature: fc.constantFrom(0, 0.7, 1),
  top_p: fc.constantFrom(0.9, 1),
  max_tokens: fc.constantFrom(0, 512, 0.4, 511.5, '512'),
  max_completion_tokens: fc.constant(256),
  stop: fc.constantFrom('END', '', ' ', ['END'], ['END', ' '], []),
  user: fc.constantFrom('customer-4711', 'somebody@example.com', '+1 555 123456', ''),
  stream: fc.boolean(),
  stream_options: fc.constant({ include_usage: true }),
};
const unusual = {
  temperature: fc.constant(null),
  max_tokens: fc.constant(null),
  stop: fc.constantFrom(['a', 'b', 'c', 'd', 'e'], null),
  user: fc.constant(7),
  metadata: fc.constantFrom({ user_id: 'one' }, {}),
  extra_body: fc.constant({ top_k: 3 }),
  top_k: fc.constant(3),
  n: fc.constantFrom(1, 2),
  reasoning_effort: fc.constant('low'),
  thinking: fc.constant({ type: 'enabled', budget_tokens: 1024 }),
  tools: fc.constant([{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]),
  response_format: fc.constant({ type: 'json_object' }),
  cache_control_injection_points: fc.constant([{ location: 'message', index: -1 }]),
  drop_params: fc.boolean(),
  prefix: fc.constant('a'),
};
const requiredKeys: ['model', 'messages'] = ['model', 'messages'];
/** Usual members, and at times one that is not. */
const chat = fc
  .tuple(fc.record(usual, { requiredKeys }), fc.record(unusual, { requiredKeys: [] }), fc.nat())
  .map(([members, others, at]) => ({ ...members, ...Object.fromEntries(Object.entries(others).slice(at % 16, (at % 16) + 1)) }));

test('what it makes of a request is what comes of going through all of it, to the byte', () => {
  let plain = 0;
  fc.assert(
    fc.property(chat, (members) => {
      const request: JsonObject = deepFreeze(JSON.parse(JSON.stringify(members)));
      for (const plan of PLANS) {
        const made = plainMessagesBody(request, plan);
        if (made === undefined) continue;
        plain += 1;
        expect(JSON.stringify(made), `${plan.provider.id}/${plan.model}`).toBe(JSON.stringify(toMessagesBody(request, plan, AMBIENT)));
      }
    }),
    { numRuns: 2_000 },
  );
  expect(plain).toBeGreaterThan(1_000);
});

test.each<[string, JsonObject, JsonObject]>([
  [
    'texts',
    {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
        { role: 'user', content: 'there' },
      ],
      stop: 'END',
    },
    {
      model: 'claude-sonnet-4-5',
      max_tokens: 64_000,
      stop_sequences: ['END'],
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hello' },
            { type: 'text', text: 'there' },
          ],
        },
      ],
    },
  ],
])('%s are plain', (_what, request, body) => {
  expect(plainMessagesBody({ model: 'group', ...request }, ANTHROPIC)).toStrictEqual({ ok: true, value: body, notes: [] });
});

const HELLO = { role: 'user', content: 'Hello' };

test.each<[string, JsonObject]>([
  ['a part', { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] }],
  ['a member of a message', { messages: [{ ...HELLO, cache_control: { type: 'ephemeral' } }] }],
  ['a blank', { messages: [{ role: 'user', content: ' ' }] }],
  ['a reply to continue', { messages: [HELLO, { role: 'assistant', content: 'I ' }] }],
  ['a system message inside', { messages: [HELLO, { role: 'system', content: 'Be brief.' }, HELLO] }],
  ['no turn', { messages: [{ role: 'system', content: 'Be brief.' }] }],
  ['a null', { messages: [HELLO], temperature: null }],
  ['too many stops', { messages: [HELLO], stop: ['a', 'b', 'c', 'd', 'e'] }],
  ['a parameter nobody knows', { messages: [HELLO], top_k: 3 }],
  ['no messages', {}],
])('%s needs a closer look', (_what, members) => {
  expect(plainMessagesBody({ model: 'group', ...members }, ANTHROPIC)).toBeUndefined();
});
