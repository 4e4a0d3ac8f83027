import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Headers } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { converseEndpoint } from './endpoint.ts';
import { toConverseBody } from './request.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'us.amazon.nova-lite-v1:0';
const QUESTION = { role: 'user', content: 'Well?' };
const ASKED = { messages: [{ role: 'user', content: [{ text: 'Well?' }] }], inferenceConfig: {} };
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } } };
const FORMAT = { response_format: { type: 'json_schema', json_schema: { name: 'p', schema: SCHEMA } } };

function outcome(members: JsonObject, model: string, wishes: PlanWishes = {}, headers: Headers = {}): ReturnType<typeof toConverseBody> {
  const plan = deepFreeze(makePlan(`bedrock/${model}`, wishes));
  return toConverseBody(deepFreeze({ messages: [QUESTION], ...members }), plan, AMBIENT, headers);
}

function body(members: JsonObject, model = CLAUDE, headers: Headers = {}): JsonObject {
  const made = outcome(members, model, {}, headers);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return JSON.parse(JSON.stringify(made.value));
}

test('the plainest request, and where the common parameters stand', () => {
  expect(body({})).toEqual(ASKED);
  expect(body({ max_tokens: 5, temperature: 0.5, top_p: 0.1, stop: 'END', top_k: 3 })).toEqual({
    ...ASKED,
    inferenceConfig: { maxTokens: 5, temperature: 0.5, topP: 0.1, stopSequences: ['END'] },
    additionalModelRequestFields: { top_k: 3 },
  });
  expect(body({ top_k: 3 }, NOVA)).toEqual({ ...ASKED, additionalModelRequestFields: { inferenceConfig: { topK: 3 } } });
  expect(body({ topK: 3 }, NOVA)).toEqual({ ...ASKED, additionalModelRequestFields: { inferenceConfig: { topK: 3 } } });
});

test.each<[string, string, JsonObject, JsonObject]>([
  ['a budget', CLAUDE, { reasoning_effort: 'high' }, { thinking: { type: 'enabled', budget_tokens: 4096 } }],
  [
    'adaptive thinking',
    'us.anthropic.claude-opus-4-7',
    { reasoning_effort: 'xhigh' },
    { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'xhigh' } },
  ],
  [
    'Nova 2',
    'us.amazon.nova-2-lite-v1:0',
    { reasoning_effort: 'low' },
    { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } },
  ],
  ['open weights of OpenAI', 'openai.gpt-oss-120b-1:0', { reasoning_effort: 'low' }, { reasoning_effort: 'low' }],
])('efforts: %s', (_name, model, given, expected) => {
  expect(body(given, model)['additionalModelRequestFields']).toEqual(expected);
});

test.each<[string, JsonObject, string, JsonObject]>([
  ['a parameter the model lacks', { reasoning_effort: 'low' }, NOVA, { kind: 'unsupported-params', params: ['reasoning_effort'] }],
  ['an effort nobody knows', { reasoning_effort: 'huge' }, CLAUDE, { kind: 'bad-request' }],
  ['an effort Nova 2 lacks', { reasoning_effort: 'max' }, 'us.amazon.nova-2-lite-v1:0', { kind: 'bad-request' }],
  [
    'an image at an address',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.test/b.png' } }] }] },
    CLAUDE,
    { kind: 'declined' },
  ],
])('refused: %s', (_name, given, model, error) => {
  expect(outcome(given, model)).toMatchObject({ ok: false, error });
});

test('what a model does not take is dropped where that is allowed', () => {
  expect(outcome({ frequency_penalty: 1 }, NOVA, { settings: { dropParams: true } })).toMatchObject({ ok: true, value: ASKED });
});

describe('messages', () => {
  test('system, cache marks, images and documents', () => {
    const content = [
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } },
    ];
    const made = body({
      messages: [
        { role: 'system', content: 'S' },
        { role: 'user', content },
      ],
    });
    expect(made['system']).toEqual([{ text: 'S' }]);
    expect(made['messages']).toEqual([
      {
        role: 'user',
        content: [
          { text: 'a' },
          { cachePoint: { type: 'default', ttl: '1h' } },
          { image: { source: { bytes: 'AAAA' }, format: 'png' } },
          {
            document: { source: { bytes: 'AAAA' }, format: 'pdf', name: expect.stringMatching(/^DocumentPDFmessages_[0-9a-f]{16}_pdf$/u) },
          },
        ],
      },
    ]);
  });

  test('calls and their results', () => {
    const call = { id: '1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
    const messages = [
      QUESTION,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: '1', content: 'r' },
    ];
    expect(body({ messages, tools: [{ type: 'function', function: { name: 'f' } }] })).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', content: [{ toolUse: { toolUseId: '1', name: 'f', input: { a: 1 } } }] },
        { role: 'user', content: [{ toolResult: { toolUseId: '1', content: [{ text: 'r' }] } }] },
      ],
      toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } } }] },
    });
  });
});

describe('tools and formats', () => {
  test('names are made fit, a choice and one call at a time are asked for', () => {
    const tools = [{ type: 'function', function: { name: 'find it!', parameters: { type: 'object', properties: {} } } }];
    expect(body({ tools, tool_choice: 'required', parallel_tool_calls: false })).toMatchObject({
      toolConfig: { tools: [{ toolSpec: { name: 'find_it_' } }], toolChoice: { any: {} } },
      additionalModelRequestFields: { tool_choice: { disable_parallel_tool_use: true } },
    });
  });

  test('a schema goes to models that know some as it is, to others as a tool they must call', () => {
    expect(body(FORMAT)['outputConfig']).toMatchObject({ textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'p' } } } });
    expect(body(FORMAT, NOVA)['toolConfig']).toMatchObject({
      tools: [{ toolSpec: { name: 'json_tool_call', inputSchema: { json: SCHEMA } } }],
      toolChoice: { tool: { name: 'json_tool_call' } },
    });
  });

  test("Bedrock's own members keep their places", () => {
    const own = {
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' },
      performanceConfig: { latency: 'optimized' },
      requestMetadata: { a: 'b' },
    };
    expect(body(own)).toEqual({ ...ASKED, ...own, messages: [{ role: 'user', content: [{ guardContent: { text: { text: 'Well?' } } }] }] });
  });

  test('betas that Converse knows go into the body', () => {
    const made = body({}, CLAUDE, { 'anthropic-beta': 'context-1m-2025-08-07,new-2030-01-01' });
    expect(made['additionalModelRequestFields']).toEqual({ anthropic_beta: ['context-1m-2025-08-07'] });
  });
});

test.each<[string, PlanWishes, string]>([
  [
    CLAUDE,
    { stream: true },
    'https://bedrock-runtime.us-west-2.amazonaws.com/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream',
  ],
  [
    'eu-west-1/anthropic.claude-3-5-sonnet-20240620-v1:0',
    {},
    'https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse',
  ],
  [
    'arn:aws:bedrock:ap-south-1:1:application-inference-profile/abc',
    {},
    'https://bedrock-runtime.ap-south-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aap-south-1%3A1%3Aapplication-inference-profile%2Fabc/converse',
  ],
  [
    `converse/${NOVA}`,
    { settings: { options: { aws_region_name: 'cn-north-1' } } },
    'https://bedrock-runtime.cn-north-1.amazonaws.com.cn/model/us.amazon.nova-lite-v1%3A0/converse',
  ],
  [NOVA, { apiBase: 'http://h/', settings: { options: {} } }, 'http://h/model/us.amazon.nova-lite-v1%3A0/converse'],
])('%s', (model, wishes, url) => {
  const endpoint = converseEndpoint(makePlan(`bedrock/${model}`, wishes), {}, {}, { messages: [] });
  expect(endpoint).toMatchObject({ url, auth: { kind: 'aws-sigv4', service: 'bedrock' } });
});

test('a model that nobody knows is asked over Converse', () => {
  const plan = makePlan('bedrock/new-maker.some-model-v9:0');
  const transform = chooseTransform(plan);
  const call = { body: toRawObject({ model: 'g', messages: [{ role: 'user', content: 'a' }] }), headers: {} };
  const asked = transform.ok ? transform.value.request(call, plan, AMBIENT) : transform;
  expect(asked.ok && asked.value.url).toMatch(/\/model\/new-maker\.some-model-v9%3A0\/converse$/u);
});
