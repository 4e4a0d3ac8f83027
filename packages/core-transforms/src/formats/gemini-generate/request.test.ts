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
const FUNCTION = { name: 'f', description: 'd', parameters: { type: 'object', properties: { a: { type: 'string' } } } };
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

function configOf(model: string, params: JsonObject): JsonValue | undefined {
  return bodyOf(model, params)['generationConfig'];
}

function user(...parts: JsonObject[]): JsonObject {
  return { role: 'user', parts };
}

function model(...parts: JsonObject[]): JsonObject {
  return { role: 'model', parts };
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
    const answered = (response: JsonObject): JsonObject => ({ function_response: { name: 'f', response } });
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
    const [, called, answered] = JSON.parse(JSON.stringify(contentsOf(NEW, ...messages(signed))));
    expect(called.parts).toEqual([
      { function_call: { name: 'f', args: { a: 1 }, id: 'c1' }, thoughtSignature: 'sig' },
      { function_call: { name: 'f', args: { a: 1 }, id: 'c2' } },
    ]);
    expect(answered.parts).toEqual([{ function_response: { name: 'f', response: { b: 2 }, id: 'c1' } }]);
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

const CONFIGS: readonly [string, string, JsonObject, JsonObject | undefined][] = [
  ['nothing', OLD, {}, undefined],
  ['a temperature that new models need', NEW, {}, { temperature: 1 }],
  [
    'sampling',
    OLD,
    { temperature: 0, top_p: 0.5, top_k: 3, seed: 7, n: 2, stop: 'x', max_tokens: 9, frequency_penalty: 1 },
    {
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      seed: 7,
      candidate_count: 2,
      stop_sequences: ['x'],
      max_output_tokens: 9,
      frequency_penalty: 1,
    },
  ],
  ['the newer limit before the older', OLD, { max_tokens: 1, max_completion_tokens: 2 }, { max_output_tokens: 2 }],
  [
    'what else should come out',
    OLD,
    { modalities: ['text', 'image', 'smell'] },
    { responseModalities: ['TEXT', 'IMAGE', 'MODALITY_UNSPECIFIED'] },
  ],
  ["the cloud's probabilities", CLOUD, { logprobs: true, top_logprobs: 2 }, { responseLogprobs: true, logprobs: 2 }],
  [
    'speech',
    'gemini/gemini-2.5-flash-preview-tts',
    { audio: { format: 'pcm16', voice: 'Kore' } },
    { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } }, responseModalities: ['AUDIO'] },
  ],
  [
    'own members in either spelling',
    OLD,
    { topK: 3, image_config: { aspectRatio: '1:1' }, unknown: 1 },
    { topK: 3, image_config: { aspectRatio: '1:1' } },
  ],
  ['no effort', OLD, { reasoning_effort: 'none' }, { thinkingConfig: { thinkingBudget: 0, includeThoughts: false } }],
  ['some effort', OLD, { reasoning_effort: 'low' }, { thinkingConfig: { thinkingBudget: 1024, includeThoughts: true } }],
  [
    'the least effort',
    'gemini/gemini-2.5-pro',
    { reasoning_effort: 'minimal' },
    { thinkingConfig: { thinkingBudget: 128, includeThoughts: true } },
  ],
  [
    'an effort as a level',
    NEW,
    { reasoning_effort: 'high' },
    { temperature: 1, thinkingConfig: { thinkingLevel: 'high', includeThoughts: true } },
  ],
  [
    'no effort as a level',
    NEW,
    { reasoning_effort: 'none' },
    { temperature: 1, thinkingConfig: { thinkingLevel: 'low', includeThoughts: false } },
  ],
  [
    'a budget',
    OLD,
    { thinking: { type: 'enabled', budget_tokens: 50 }, reasoning_effort: 'high' },
    { thinkingConfig: { includeThoughts: true, thinkingBudget: 50 } },
  ],
  ['JSON', OLD, { response_format: { type: 'json_object' } }, { response_mime_type: 'application/json' }],
  [
    'JSON by a schema, as it stands but for `strict`',
    OLD,
    {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'x', schema: { type: 'object', strict: true, additionalProperties: false } },
      },
    },
    { response_mime_type: 'application/json', response_json_schema: { type: 'object', additionalProperties: false } },
  ],
];

test.each(CONFIGS)('asking for %s', (_name, name, params, config) => {
  expect(configOf(name, params)).toEqual(config);
});

test('a model that takes no schema is told in words', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  const body = bodyOf('gemini/gemini-1.0-pro', { response_format: { type: 'json_object', response_schema: schema } });
  expect(body['generationConfig']).toEqual({ response_mime_type: 'application/json' });
  expect(JSON.stringify(body['contents'])).toContain('Use this JSON schema');
});

test.each([
  ['an effort nobody knows', NEW, { reasoning_effort: 'huge' }, 'unsupported-params'],
  ['a budget beside a level', NEW, { reasoning_effort: 'low', thinking: { type: 'enabled', budget_tokens: 5 } }, 'unsupported-params'],
  ['penalties, which new models in the cloud do not take', 'vertex_ai/gemini-3-pro-preview', { presence_penalty: 1 }, 'unsupported-params'],
  ['a choice of tools nobody knows', OLD, { tools: [{ type: 'function', function: FUNCTION }], tool_choice: 'x' }, 'unsupported-params'],
  ['speech in a format the provider does not speak', 'gemini/gemini-2.5-flash-preview-tts', { audio: { format: 'mp3' } }, 'bad-request'],
  ['a tool that is no object', OLD, { tools: ['x'] }, 'bad-request'],
  ['a function without a name', OLD, { tools: [{ type: 'function', function: {} }] }, 'bad-request'],
])('%s: refused', (_name, name, params, kind) => {
  expect(send(name, params)).toMatchObject({ ok: false, error: { kind } });
});

const DECLARED = { function_declarations: [FUNCTION] };
const TOOLS: readonly [string, JsonObject, JsonObject][] = [
  ['functions', { tools: [{ type: 'function', function: FUNCTION }] }, { tools: [DECLARED] }],
  ['functions in the old way', { functions: [FUNCTION] }, { tools: [DECLARED] }],
  ['searches', { tools: [{ googleSearch: {} }, { url_context: {} }] }, { tools: [{ googleSearch: {} }, { url_context: {} }] }],
  ["a search in OpenAI's words", { web_search_options: {} }, { tools: [{ googleSearch: {} }] }],
  [
    'a search beside functions, which the provider would refuse',
    { tools: [{ type: 'function', function: FUNCTION }, { googleSearch: {} }] },
    { tools: [DECLARED] },
  ],
  [
    'a search beside functions, as the client insists',
    { tools: [{ type: 'function', function: FUNCTION }, { googleSearch: {} }], include_server_side_tool_invocations: true },
    { tools: [DECLARED, { googleSearch: {} }], toolConfig: { includeServerSideToolInvocations: true } },
  ],
  [
    'code beside functions',
    { tools: [{ type: 'function', function: FUNCTION }, { codeExecution: {} }] },
    { tools: [DECLARED, { code_execution: {} }] },
  ],
  [
    'a look-up on the map, from a place',
    { tools: [{ googleMaps: { latitude: 1, longitude: 2, enableWidget: true } }] },
    { tools: [{ googleMaps: { enableWidget: true } }], toolConfig: { retrievalConfig: { latLng: { latitude: 1, longitude: 2 } } } },
  ],
  [
    'a computer',
    { tools: [{ type: 'computer_use', environment: 'browser' }] },
    { tools: [{ computerUse: { environment: 'ENVIRONMENT_BROWSER' } }] },
  ],
  [
    'one function to be called',
    { tools: [{ type: 'function', function: FUNCTION }], tool_choice: { type: 'function', function: { name: 'f' } } },
    { tools: [DECLARED], toolConfig: { functionCallingConfig: { mode: 'ANY', allowed_function_names: ['f'] } } },
  ],
  [
    'any function to be called',
    { tools: [{ type: 'function', function: FUNCTION }], tool_choice: 'required' },
    { tools: [DECLARED], toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
  ],
];

test.each(TOOLS)('tools: %s', (_name, params, sent) => {
  const { contents: _contents, ...rest } = bodyOf(OLD, params);
  expect(rest).toEqual(sent);
});

test('JSON beside a look-up on the map is asked for in another form', () => {
  const response_format = { type: 'json_schema', json_schema: { schema: { type: 'object' } } };
  expect(configOf(OLD, { tools: [{ googleMaps: {} }], response_format })).toEqual({
    responseFormat: { text: { mimeType: 'APPLICATION_JSON', schema: { type: 'object' } } },
  });
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
