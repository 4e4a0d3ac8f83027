import { expect, test } from 'vitest';
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

function configOf(model: string, params: JsonObject): JsonValue | undefined {
  return bodyOf(model, params)['generationConfig'];
}

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
  ['tools that are no list', OLD, { tools: 'x' }, 'bad-request'],
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
