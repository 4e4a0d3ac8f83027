import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyText } from '../../../test/body-text.ts';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ProviderRequest } from '../../contract/wire.ts';
import { scanRawObject } from '../../json/raw-object.ts';
import { openaiChatFormat } from './format.ts';
import { nativeChat } from './native.ts';

function send(text: string, model = 'openai/gpt-4o', wishes: PlanWishes = {}): ReturnType<typeof nativeChat.request> {
  const body = scanRawObject(new TextEncoder().encode(text));
  if (!body.ok) throw new Error('the test’s own body is bad');
  deepFreeze(body.value.value);
  return nativeChat.request({ body: body.value, headers: {} }, makePlan(model, wishes), AMBIENT);
}

function sent(text: string, model?: string, wishes?: PlanWishes): ProviderRequest {
  const outcome = send(text, model, wishes);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
}

const HELLO = '"messages":[{"role":"user","content":"hi"}]';

test('what nothing had to change keeps its bytes', () => {
  const odd = `{ "seed":9007199254740993 ,\t"temperature":1.0,"top_k":1e2,${HELLO}, "model" : "group","new":{"b":1,"a":1.50} }`;
  const request = sent(odd);
  expect(bodyText(request)).toBe(odd.replace('"group"', '"gpt-4o"'));
  expect(request.url).toBe('https://api.openai.com/v1/chat/completions');
});

test('messages keep their bytes around what had to change in them', () => {
  const before = '{"messages":[ {"role":"user","content":"x","big":9007199254740993},{"content" : null,"role":"assistant","n":1.0} ]';
  const after = '{"messages":[ {"role":"user","content":"x","big":9007199254740993},{"role":"assistant","n":1.0} ]';
  expect(bodyText(sent(`${before},"model":"gpt-4o"}`))).toBe(`${after},"model":"gpt-4o"}`);
});

test('the same bytes go on when nothing had to change at all', () => {
  const text = `{"model":"gpt-4o",${HELLO}}`;
  expect(sent(text).body).toBeInstanceOf(Uint8Array);
  expect(bodyText(sent(text))).toBe(text);
});

test('a stream asks for usage, whatever the client asked for', () => {
  const body: JsonObject = JSON.parse(
    bodyText(sent(`{"stream":true,"stream_options":{"x":1},${HELLO}}`, 'openai/gpt-4o', { stream: true })),
  );
  expect(body).toMatchObject({ stream: true, stream_options: { x: 1, include_usage: true } });
});

test('options for streams stay behind where nothing streams', () => {
  const text = bodyText(sent(`{"stream_options":{"include_usage":true},${HELLO}}`));
  expect(JSON.parse(text)).not.toHaveProperty('stream_options');
});

test('a stream of a provider without stream_options goes without', () => {
  const text = bodyText(
    sent(`{"stream":true,"stream_options":{"include_usage":true},${HELLO}}`, 'mistral/mistral-large-latest', { stream: true }),
  );
  expect(JSON.parse(text)).not.toHaveProperty('stream_options');
});

test.each([
  ['', 'groq', { stream: false }],
  ['"stream":false,', 'groq', { stream: false }],
  ['"stream":null,', 'groq', {}],
  ['"stream":null,', 'openai', {}],
  ['"stream":false,', 'openai', {}],
])('a whole answer asked for by {%s…} of %s', (said, provider, expected) => {
  const { stream }: JsonObject = JSON.parse(bodyText(sent(`{${said}${HELLO}}`, `${provider}/a-model`)));
  expect(stream === undefined ? {} : { stream }).toStrictEqual(expected);
});

test.each([
  ['a base URL', 'http://h/v1', 'http://h/v1/chat/completions'],
  ['a base URL that is whole already', 'http://h/v1/chat/completions', 'http://h/v1/chat/completions'],
])('%s', (_name, apiBase, url) => {
  expect(sent(`{${HELLO}}`, 'openai/gpt-4o', { apiBase }).url).toBe(url);
});

test('extra headers of the client go along, but none of the connection or the credential', () => {
  const extra = '"extra_headers":{"X-One":"1","Authorization":"Bearer x","host":"h","n":5}';
  const request = sent(`{${extra},${HELLO}}`);
  expect(request.headers).toMatchObject({ 'x-one': '1' });
  expect(Object.keys(request.headers)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(?:authorization|host|n)$/u)]));
  expect(bodyText(request)).not.toContain('extra_headers');
});

test('deployment defaults fill what the client left out, and extra_body comes last', () => {
  const wishes = { settings: { defaults: { temperature: 0.1, top_p: 0.5, extra_body: { a: 1 } } } };
  const body: JsonObject = JSON.parse(bodyText(sent(`{"temperature":0.9,"top_p":null,${HELLO}}`, 'openai/gpt-4o', wishes)));
  expect(body).toStrictEqual({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], temperature: 0.9, a: 1 });
});

const MESSAGES: readonly [string, JsonObject[], JsonObject[], string?][] = [
  ['nulls leave', [{ role: 'assistant', content: null, audio: null }], [{ role: 'assistant' }]],
  ['a role is added', [{ content: 'x' }], [{ content: 'x', role: 'assistant' }]],
  ['developer → system', [{ role: 'developer', content: 'x', name: 'n' }], [{ role: 'system', content: 'x' }]],
  ['developer stays', [{ role: 'developer', content: 'x' }], [{ role: 'developer', content: 'x' }], 'openai/o3-mini'],
  ['system → user', [{ role: 'system', content: 'x' }], [{ role: 'user', content: 'x' }], 'openai/o3-mini'],
  [
    'an image as a string',
    [{ role: 'user', content: [{ type: 'image_url', image_url: 'http://i' }] }],
    [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://i' } }] }],
  ],
  [
    'parts stay as they came',
    [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://i', format: 'image/png' } }] }],
    [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://i', format: 'image/png' } }] }],
    'huggingface/a/b',
  ],
  [
    'a file without a name, and what only the gateway reads',
    [{ role: 'user', content: [{ type: 'file', file: { file_data: 'd', format: 'application/pdf' } }] }],
    [{ role: 'user', content: [{ type: 'file', file: { file_data: 'd', filename: 'my_file.pdf' } }] }],
  ],
  [
    'a file needs no name',
    [{ role: 'user', content: [{ type: 'file', file: { file_data: 'd', format: 'application/pdf' } }] }],
    [{ role: 'user', content: [{ type: 'file', file: { file_data: 'd' } }] }],
    'azure/gpt-4o',
  ],
  ...['azure_ai/mistral-large', 'sambanova/m'].map((model): (typeof MESSAGES)[number] => [
    `parts stay as they came before ${model}`,
    [{ role: 'user', content: [{ type: 'image_url', image_url: 'http://i' }] }],
    [{ role: 'user', content: [{ type: 'image_url', image_url: 'http://i' }] }],
    model,
  ]),
];

test.each(MESSAGES)('messages: %s', (_name, messages, expected, model = 'openai/gpt-4o') => {
  const body: JsonObject = JSON.parse(bodyText(sent(JSON.stringify({ messages }), model, { apiBase: 'https://own.test' })));
  expect(body['messages']).toStrictEqual(expected);
});

test('images of a run of tool results move behind it', () => {
  const image = { type: 'image_url', image_url: { url: 'http://i' } };
  const tool = { role: 'tool', tool_call_id: 'c' };
  const messages = [
    { ...tool, content: [image] },
    { ...tool, content: [{ type: 'text', text: 't' }, image] },
    { role: 'user', content: 'x' },
  ];
  const body = JSON.parse(bodyText(sent(JSON.stringify({ messages }))));
  expect(body.messages.map(({ role }: JsonObject) => role)).toStrictEqual(['tool', 'tool', 'user', 'user']);
  expect(body.messages[2].content.slice(1)).toStrictEqual([image, image]);
  expect(body.messages[1].content).toStrictEqual([{ type: 'text', text: 't' }]);
});

test.each([
  ['no messages', '{}', { path: 'messages' }],
  ['messages that are none', '{"messages":"x"}', { path: '' }],
  ['a message that is none', '{"messages":["x"]}', { path: '' }],
  ['a part of another API', '{"messages":[{"role":"user","content":[{"type":"tool_result"}]}]}', { path: '' }],
  ['tools that are none', `{"tools":"x",${HELLO}}`, { path: '' }],
])('%s: refused', (_name, text, error) => {
  expect(send(text)).toMatchObject({ ok: false, error: { kind: 'bad-request', ...error } });
});

test('a file at an address is declined, but where it is handed on', () => {
  const text = '{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"https://a.test/b.pdf"}}]}]}';
  expect(send(text)).toMatchObject({ ok: false, error: { kind: 'declined', path: 'messages[0]' } });
  expect(send(text, 'azure/gpt-4o', { apiBase: 'https://a.test' })).toMatchObject({ ok: true });
  expect(send(text.replace('https://a.test/b.pdf', 'file-1'))).toMatchObject({ ok: true });
});

test.each([
  ['an effort that the model refuses', '{"reasoning_effort":"minimal"', { reasoning_effort: 'minimal' }],
  ['a temperature beside reasoning', '{"reasoning_effort":"high","temperature":0.5', { temperature: 0.5 }],
  ['sampling beside reasoning', '{"reasoning_effort":"high","top_p":0.5', { top_p: 0.5 }],
])('gpt-5.1, %s: refused, or dropped', (_name, start, gone) => {
  const text = `${start},${HELLO}}`;
  expect(send(text, 'openai/gpt-5.1')).toMatchObject({ ok: false, error: { kind: 'unsupported-params', params: Object.keys(gone) } });
  const body = JSON.parse(bodyText(sent(text, 'openai/gpt-5.1', { settings: { dropParams: true } })));
  expect(body).not.toMatchObject(gone);
});

test('gpt-5.1 samples while it does not reason', () => {
  const text = `{"temperature":0.5,"top_p":0.1,${HELLO}}`;
  expect(JSON.parse(bodyText(sent(text, 'openai/gpt-5.1')))).toMatchObject({ temperature: 0.5, top_p: 0.1 });
});

test.each<[string, JsonObject, JsonObject]>([
  ['claude-sonnet-4-5', { reasoning_effort: 'low' }, { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 5120 }],
  ['gemini-2-5-pro', { reasoning_effort: 'low' }, { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 5120 }],
  ['meta-llama-3-3-70b-instruct', { reasoning_effort: 'low' }, { reasoning_effort: 'low' }],
  [
    'claude-opus-5-5',
    { thinking: { type: 'enabled', budget_tokens: 2048 } },
    { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } },
  ],
  [
    'claude-sonnet-4-5',
    { thinking: { type: 'enabled', budget_tokens: 9 }, max_tokens: 5 },
    { thinking: { type: 'enabled', budget_tokens: 9 }, max_tokens: 5 },
  ],
])('how %s thinks on Databricks: %j', (model, asked, expected) => {
  const { messages: _messages, ...body }: JsonObject = JSON.parse(
    bodyText(sent(`${JSON.stringify(asked).slice(0, -1)},${HELLO}}`, `databricks/databricks-${model}`, { apiBase: 'https://d.test' })),
  );
  expect(body).toStrictEqual({ model: `databricks-${model}`, stream: false, ...expected });
});

test('native and hub send the same, whatever the client sends', () => {
  const names = fc.constantFrom(
    'temperature',
    'stop',
    'tools',
    'tool_choice',
    'n',
    'user',
    'top_k',
    'metadata',
    'stream',
    'response_format',
    'thinking',
  );
  const members = fc.dictionary(names, fc.oneof(fc.jsonValue(), fc.constant(null)), { maxKeys: 6 });
  const messages = fc.oneof(
    fc.array(fc.record({ role: fc.constantFrom('user', 'system', 'tool', 'developer', ''), content: fc.jsonValue() })),
    fc.jsonValue(),
  );
  const model = fc.constantFrom(
    'openai/gpt-4o',
    'openai/o3-mini',
    'openai/gpt-5.1',
    'mistral/mistral-large-latest',
    'groq/llama-3.3-70b-versatile',
  );
  fc.assert(
    fc.property(members, messages, model, fc.boolean(), (params, list, name, stream) => {
      const chat = JSON.parse(JSON.stringify({ ...params, messages: list }));
      const wishes = { stream, settings: { dropParams: true } };
      const native = send(JSON.stringify(chat), name, wishes);
      const hub = openaiChatFormat.request(chat, makePlan(name, wishes), AMBIENT);
      expect(native.ok).toBe(hub.ok);
      if (native.ok && hub.ok) expect(JSON.parse(bodyText(native.value))).toStrictEqual(JSON.parse(JSON.stringify(hub.value)));
    }),
    { numRuns: 300 },
  );
});
