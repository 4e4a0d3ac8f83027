import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { ProviderRequest } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';

const OLD = 'gemini/gemini-2.5-flash';
const NEW = 'gemini/gemini-3-pro-preview';
const CLOUD = 'vertex_ai/gemini-2.5-flash';
const USER = { role: 'user', content: 'u' };
const CALL = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
const RESULT = { role: 'tool', tool_call_id: 'c1', content: '{"b":2}' };

function send(model: string, chat: JsonObject, wishes: PlanWishes = {}): Outcome<ProviderRequest> {
  const plan = makePlan(model, wishes);
  const transform = chooseTransform(plan);
  if (!transform.ok) throw new Error(JSON.stringify(transform.error));
  return transform.value.request({ body: toRawObject(deepFreeze({ messages: [USER], ...chat })), headers: {} }, plan, AMBIENT);
}

function bodyOf(model: string, chat: JsonObject, wishes?: PlanWishes): JsonObject {
  const outcome = send(model, chat, wishes);
  if (!outcome.ok || typeof outcome.value.body !== 'string') throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.value.body);
}

function contentsOf(model: string, ...messages: JsonObject[]): JsonValue | undefined {
  return bodyOf(model, { messages })['contents'];
}

function user(...parts: JsonObject[]): JsonObject {
  return { role: 'user', parts };
}

function model(...parts: JsonObject[]): JsonObject {
  return { role: 'model', parts };
}

function answered(response: JsonObject): JsonObject {
  return { function_response: { name: 'f', response } };
}

describe('a conversation', () => {
  test('has the system apart and one content for each side in turn', () => {
    const messages = [
      { role: 'system', content: 's' },
      USER,
      USER,
      { role: 'assistant', content: 'a', reasoning_content: 'r' },
      { role: 'system', content: [{ type: 'text', text: 't' }] },
    ];
    expect(bodyOf(OLD, { messages })).toEqual({
      system_instruction: { parts: [{ text: 's' }, { text: 't' }] },
      contents: [user({ text: 'u' }, { text: 'u' }), model({ thought: true, text: 'r' }, { text: 'a' })],
    });
  });

  test('of a system message alone still asks', () => {
    expect(contentsOf(OLD, { role: 'system', content: 's' })).toEqual([user({ text: '.' })]);
  });

  test('brings the results of calls back under the names of their functions', () => {
    const messages = [USER, { role: 'assistant', content: null, tool_calls: [CALL] }, RESULT, { ...RESULT, content: 'plain' }];
    expect(contentsOf(OLD, ...messages)).toEqual([
      user({ text: 'u' }),
      model({ function_call: { name: 'f', args: { a: 1 } } }),
      user(answered({ b: 2 }), answered({ content: 'plain' })),
    ]);
  });

  test('of a new model has ids, and a signature for the first call', () => {
    const signed = { ...CALL, id: 'c1__thought__sig' };
    const messages = (call: JsonObject): readonly JsonObject[] => [
      USER,
      { role: 'assistant', content: null, tool_calls: [call, { ...CALL, id: 'c2' }] },
      { ...RESULT, tool_call_id: call['id'] ?? null },
    ];
    const [, called, told] = JSON.parse(JSON.stringify(contentsOf(NEW, ...messages(signed))));
    expect(called.parts).toEqual([
      { function_call: { name: 'f', args: { a: 1 }, id: 'c1' }, thoughtSignature: 'sig' },
      { function_call: { name: 'f', args: { a: 1 }, id: 'c2' } },
    ]);
    expect(told.parts).toEqual([{ function_response: { name: 'f', response: { b: 2 }, id: 'c1' } }]);
    const [, unsigned] = JSON.parse(JSON.stringify(contentsOf(NEW, ...messages(CALL))));
    expect(atob(unsigned.parts[0].thoughtSignature)).toBe('skip_thought_signature_validator');
    expect(unsigned.parts[1].thoughtSignature).toBeUndefined();
  });

  test('brings back what the provider ran, and a signature once', () => {
    const invocation = { tool_type: 'GOOGLE_SEARCH', id: 't', args: { q: 1 }, thought_signature: 's', response: { r: 1 } };
    const fields = { server_side_tool_invocations: [invocation], thought_signatures: ['own'] };
    const answer = { role: 'assistant', content: 'a', provider_specific_fields: fields };
    expect(contentsOf(OLD, USER, answer)).toEqual([
      user({ text: 'u' }),
      model(
        { text: 'a', thoughtSignature: 'own' },
        { toolCall: { toolType: 'GOOGLE_SEARCH', id: 't', args: { q: 1 } }, thoughtSignature: 's' },
        { toolResponse: { toolType: 'GOOGLE_SEARCH', id: 't', response: { r: 1 } } },
      ),
    ]);
  });
});

const PNG = 'data:image/png;base64,AAAA';
const INLINE = { inline_data: { data: 'AAAA', mime_type: 'image/png' } };
const MEDIA: readonly [string, string, JsonObject, JsonObject][] = [
  ['a picture in line', OLD, { type: 'image_url', image_url: { url: PNG } }, INLINE],
  ['a picture without more words', OLD, { type: 'image_url', image_url: PNG }, INLINE],
  [
    'a picture whose type is said',
    OLD,
    { type: 'image_url', image_url: { url: PNG, format: 'image/webp' } },
    { inline_data: { data: 'AAAA', mime_type: 'image/webp' } },
  ],
  [
    'a picture to be looked at closely, by a new model',
    NEW,
    { type: 'image_url', image_url: { url: PNG, detail: 'high' } },
    { ...INLINE, media_resolution: { level: 'MEDIA_RESOLUTION_HIGH' } },
  ],
  [
    'an object in a bucket',
    CLOUD,
    { type: 'file', file: { file_id: 'gs://b/x.pdf' } },
    { file_data: { mime_type: 'application/pdf', file_uri: 'gs://b/x.pdf' } },
  ],
  [
    'a picture on the web, in the cloud',
    CLOUD,
    { type: 'image_url', image_url: { url: 'https://h/x.jpg?y' } },
    { file_data: { mime_type: 'image/jpeg', file_uri: 'https://h/x.jpg?y' } },
  ],
  [
    'audio',
    OLD,
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
    { inline_data: { data: 'AAAA', mime_type: 'audio/wav' } },
  ],
  [
    'a piece of a video',
    OLD,
    { type: 'file', file: { file_data: 'data:video/mp4;base64,AAAA', video_metadata: { fps: 2, start_offset: '1s' } } },
    { inline_data: { data: 'AAAA', mime_type: 'video/mp4' }, video_metadata: { fps: 2, startOffset: '1s' } },
  ],
];

test.each(MEDIA)('%s', (_name, name, part, sent) => {
  const content = [{ type: 'text', text: 'u' }, { type: 'text', text: '' }, part];
  expect(contentsOf(name, { role: 'user', content })).toEqual([user({ text: 'u' }, sent)]);
});

test('media alone is sent with a blank text', () => {
  const content = [{ type: 'image_url', image_url: { url: PNG } }];
  expect(contentsOf(OLD, { role: 'user', content })).toEqual([user(INLINE, { text: ' ' })]);
});

test('the finest look at any picture holds for all, with models of the second generation', () => {
  const content = ['low', 'high', 'auto'].map((detail) => ({ type: 'image_url', image_url: { url: PNG, detail } }));
  expect(bodyOf(OLD, { messages: [{ role: 'user', content }] })['generationConfig']).toEqual({ mediaResolution: 'MEDIA_RESOLUTION_HIGH' });
});

const REFUSED: readonly [string, string, JsonObject, string][] = [
  ['a picture nobody can read', OLD, { type: 'image_url', image_url: { url: 'nothing' } }, 'bad-request'],
  ['a picture without an address', OLD, { type: 'image_url' }, 'bad-request'],
  ['an empty file', OLD, { type: 'file', file: {} }, 'bad-request'],
  ['an object of a kind the provider does not read', OLD, { type: 'file', file: { file_id: 'gs://b/x.doc' } }, 'bad-request'],
  ['a picture on the web, which would have to be fetched', OLD, { type: 'image_url', image_url: { url: 'https://h/x.jpg' } }, 'declined'],
];

test.each(REFUSED)('%s is refused', (_name, name, part, kind) => {
  expect(send(name, { messages: [{ role: 'user', content: [part] }] })).toMatchObject({ ok: false, error: { kind } });
});

test.each([
  ['no role that anybody knows', { role: 'critic', content: 'x' }],
  ['a result nobody asked for', { role: 'tool', content: 'x' }],
  ['arguments that are no JSON', { role: 'assistant', tool_calls: [{ ...CALL, function: { name: 'f', arguments: '{' } }] }],
])('a message with %s is refused', (_name, message) => {
  expect(send(OLD, { messages: [USER, message] })).toMatchObject({ ok: false, error: { kind: 'bad-request' } });
});

test("what is not the model's business stands beside it", () => {
  const own = {
    safety_settings: [{ category: 'c' }],
    service_tier: 'default',
    cached_content: 'cachedContents/x',
    metadata: { team: 't', n: 1 },
  };
  const { contents: _contents, ...rest } = bodyOf(CLOUD, own);
  expect(rest).toEqual({
    safetySettings: [{ category: 'c' }],
    serviceTier: 'standard',
    cachedContent: 'cachedContents/x',
    labels: { team: 't' },
  });
  expect(bodyOf(OLD, own)['labels']).toBeUndefined();
});

test('beside cached contents nothing stands that they hold, where a deployment may change requests', () => {
  const chat = { messages: [{ role: 'system', content: 's' }, USER], tools: [{ googleSearch: {} }], cached_content: 'c' };
  expect(Object.keys(bodyOf(OLD, chat))).toEqual(['contents', 'system_instruction', 'tools', 'cachedContent']);
  expect(Object.keys(bodyOf(OLD, chat, { settings: { modifyParams: true } }))).toEqual(['contents', 'cachedContent']);
});

test("a client's own members join those that were made", () => {
  const body = bodyOf(OLD, { temperature: 0, extra_body: { generationConfig: { topK: 1 }, other: 2, cache: {} } });
  expect(body).toMatchObject({ generationConfig: { temperature: 0, topK: 1 }, other: 2 });
  expect(body).not.toHaveProperty('cache');
});
