import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { DialectId, Plan } from '../../contract/plan.ts';
import { editsBetween } from '../../json/edits-between.ts';
import { toRawObject } from '../../json/raw-object.ts';
import type { ProviderRow } from '../../providers/provider-row.ts';
import type { RequestQuirkName } from '../../providers/quirk-names.ts';
import { listProviders } from '../../providers/registry.ts';
import { plainBody, plainEdits } from './plain-request.ts';
import { REQUEST_QUIRKS } from './quirks/request-quirks.ts';
import { toProviderBody } from './request.ts';

const MODELS = ['gpt-4', 'gpt-4o', 'o1-mini', 'o3-mini', 'gpt-5', 'kimi-k2-thinking', 'deepseek-reasoner', 'anything'];
const OPENAI = makePlan('openai/gpt-4o');
const PLANS = listProviders()
  .filter(({ format }) => format === 'openai-chat')
  .flatMap(({ id }) => MODELS.flatMap((model) => [false, true].map((stream) => makePlan(`${id}/${model}`, { stream }))));
function planOf(provider: ProviderRow): Plan {
  return { ...OPENAI, provider };
}

const WITH_QUIRK = Object.keys(REQUEST_QUIRKS).map((name) => planOf({ ...OPENAI.provider, chat: { request: [name as RequestQuirkName] } }));

const WITH_RULE = planOf({
  ...OPENAI.provider,
  params: { ...OPENAI.provider.params, values: [{ param: 'temperature', clamp: { max: 0.5 } }] },
});
const WHOLE_WITH_SEED = [true, false].map((stream) => ({ ...planOf({ ...OPENAI.provider, chat: { wholeWith: ['seed'] } }), stream }));
const ALLOWING = makePlan('groq/llama-3.3-70b-versatile', { settings: { allowedOpenaiParams: ['user'] } });
const WITH_SETTINGS = [{ additionalDropParams: ['user'] }, { defaults: { seed: 9 } }, { dropParams: true }].map((settings) =>
  makePlan('openai/gpt-4o', { settings }),
);

const text = fc.constantFrom('', 'Hello', 'Do you bake?\n');
const plainMessage = fc.record({ role: fc.constantFrom('system', 'user', 'assistant'), content: text });
const otherMessage = fc.record(
  { role: fc.constantFrom('user', 'tool', 'developer'), content: fc.oneof(text, fc.constant(null)), name: text },
  { requiredKeys: ['role', 'content'] },
);
const usual = {
  model: fc.constantFrom('group', 'gpt-4o'),
  messages: fc.array(plainMessage),
  temperature: fc.constantFrom(0, 0.7, 1),
  top_p: fc.constantFrom(0.9, 1),
  max_tokens: fc.constantFrom(0, 512),
  max_completion_tokens: fc.constant(512),
  n: fc.constantFrom(1, 2),
  seed: fc.constant(7),
  stop: fc.constantFrom('END', ['END']),
  user: fc.constant('customer-4711'),
  logprobs: fc.boolean(),
  reasoning_effort: fc.constantFrom('low', 'none', 'xhigh'),
};
const unusual = {
  temperature: fc.constantFrom(null, 0),
  messages: fc.array(fc.oneof(plainMessage, otherMessage)),
  stop: fc.constant(['a', 'b', 'c', 'd', 'e']),
  stream: fc.boolean(),
  extra_headers: fc.constant({ 'x-a': 'b' }),
  extra_body: fc.constant({ top_k: 3 }),
  tool_choice: fc.constant('auto'),
  top_k: fc.constant(3),
  metadata: fc.constant({ user_id: 'one' }),
  response_format: fc.constantFrom(
    { type: 'json_object' },
    { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
  ),
  web_search_options: fc.constant({}),
};
const requiredKeys: ['model', 'messages'] = ['model', 'messages'];
/** Usual members, and at times one that is not. */
const chat = fc
  .tuple(fc.record(usual, { requiredKeys }), fc.record(unusual, { requiredKeys: [] }), fc.nat())
  .map(([members, others, at]) => ({ ...members, ...Object.fromEntries(Object.entries(others).slice(at % 12, (at % 12) + 1)) }));

test('what it says of a request is what comes of going through all of it', () => {
  fc.assert(
    fc.property(chat, (request) => {
      const given: JsonObject = JSON.parse(JSON.stringify(request));
      for (const plan of [...PLANS, ...WITH_QUIRK, ...WITH_SETTINGS, WITH_RULE]) {
        const edits = plainEdits(given, plan);
        if (edits === undefined) continue;
        const body = toProviderBody(given, plan);
        if (!body.ok) throw new Error(nameOf(plan));
        expect(editsBetween(toRawObject(given), body.value), nameOf(plan)).toStrictEqual(edits);
        expect(body.notes).toStrictEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});

test('its body, for whatever dialect the request came in, is what comes of going through all of it, to the byte', () => {
  const dialects: readonly DialectId[] = ['openai-chat', 'anthropic-messages', 'openai-responses', 'openai-completions'];
  const plans = [...PLANS.filter((_, at) => at % 3 === 0), ...WITH_QUIRK, ...WITH_SETTINGS, ...WHOLE_WITH_SEED, WITH_RULE, ALLOWING];
  fc.assert(
    fc.property(chat, fc.constantFrom(...dialects), fc.boolean(), (members, dialect, streams) => {
      const request: JsonObject = JSON.parse(JSON.stringify({ ...members, ...(streams && { stream: true }) }));
      for (const plan of plans.map((one) => ({ ...one, dialect }))) {
        const plain = plainBody(request, plan);
        if (plain === undefined) continue;
        expect(JSON.stringify(plain), nameOf(plan)).toBe(JSON.stringify(toProviderBody(request, plan)));
      }
    }),
    { numRuns: 100 },
  );
});

test('what its model loses is noted, unless the operator lets it through', () => {
  const messages = [{ role: 'user', content: 'Hello' }];
  const request = { model: 'group', messages, user: 'customer-4711', metadata: { user_id: 'customer-4711' } };
  const notes = [{ path: 'user', action: 'dropped', reason: 'the provider has no such parameter' }];
  const value = { model: 'llama-3.3-70b-versatile', messages };
  expect(plainBody(request, { ...ALLOWING, settings: OPENAI.settings, dialect: 'anthropic-messages' })).toStrictEqual({
    ok: true,
    value,
    notes,
  });
  expect(plainBody(request, ALLOWING)).toBeUndefined();
});

function nameOf({ provider, model }: Plan): string {
  return `${provider.id}/${model}, ${JSON.stringify(provider.chat?.request)}`;
}

test('a conversation of texts is plain to most of the family', () => {
  const request = { model: 'group', messages: [{ role: 'user', content: 'Hello' }], temperature: 0.7, stop: ['END'] };
  const plain = PLANS.filter((plan) => plainEdits(plan.stream ? { ...request, stream: true } : request, plan) !== undefined);
  expect(plain.length).toBeGreaterThan(PLANS.length / 2);
});

test.each<[string, JsonObject]>([
  ['a part', { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] }],
  ['a member of a message', { messages: [{ role: 'user', content: 'Hello', cache_control: { type: 'ephemeral' } }] }],
  ['a null', { messages: [{ role: 'user', content: 'Hello' }], temperature: null }],
  ['too many stops', { messages: [{ role: 'user', content: 'Hello' }], stop: ['a', 'b', 'c', 'd', 'e'] }],
  ['a parameter of the gateway', { messages: [{ role: 'user', content: 'Hello' }], metadata: { tags: ['a'] } }],
  ['no messages', {}],
])('%s needs a closer look', (_what, members) => {
  expect(plainEdits({ model: 'group', ...members }, OPENAI)).toBeUndefined();
});
