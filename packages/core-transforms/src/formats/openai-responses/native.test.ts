import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { toSse } from '../../../test/responses-events.ts';
import { runMachine, type MachineRun } from '../../../test/run-machine.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ResponseIds } from '../../contract/plan.ts';
import { scanRawObject, toRawObject } from '../../json/raw-object.ts';
import { nativeResponses } from './native.ts';

const IDS: ResponseIds = {
  seal: (id) => `resp_sealed_${id}`,
  open: (id) => (id.startsWith('resp_sealed_') ? id.slice('resp_sealed_'.length) : undefined),
};
const DIALECT: PlanWishes = { dialect: 'openai-responses', ids: IDS };

function bodyTo(model: string, request: JsonObject, wishes: PlanWishes = {}): JsonObject | string {
  const call = { body: toRawObject(deepFreeze({ model: 'group', ...request })), headers: {} };
  const asked = nativeResponses.request(call, makePlan(model, { ...DIALECT, ...wishes }), AMBIENT);
  if (!asked.ok) return `${asked.error.kind}: ${'path' in asked.error ? asked.error.path : ''}`;
  const { body } = asked.value;
  const { model: _model, ...rest } = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
  return rest;
}

const FUNCTION: JsonObject = { type: 'function', name: 'f', parameters: { type: 'object' } };
const CHOICE: JsonObject = {
  anyOf: [
    { type: 'object', properties: { a: { type: 'string' } } },
    { type: 'object', properties: { b: { type: 'string' } } },
  ],
};
const MERGED: JsonObject = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } };
const withParameters = (parameters: JsonObject): JsonObject => ({ ...FUNCTION, parameters });
const user = (content: JsonValue): JsonObject => ({ role: 'user', content });

const REQUESTS: readonly [name: string, model: string, given: JsonObject, expected: JsonObject | string, wishes?: PlanWishes][] = [
  ['what is not this API’s is not sent', 'openai/gpt-4o', { input: 'a', litellm_tags: [], temperature: null }, { input: 'a' }],
  ['metadata is text', 'openai/gpt-4o', { input: 'a', metadata: { a: 'b', c: 1 } }, { input: 'a', metadata: { a: 'b' } }],
  ['a limit is not too small', 'openai/gpt-4o', { input: 'a', max_output_tokens: 5 }, { input: 'a', max_output_tokens: 16 }],
  ['extra_body goes into the body', 'openai/gpt-4o', { input: 'a', extra_body: { x: 1 } }, { input: 'a', x: 1 }],
  ['chat’s effort', 'openai/gpt-5', { input: 'a', reasoning_effort: 'low' }, { input: 'a', reasoning: { effort: 'low' } }],
  ['an effort for a model without one', 'openai/gpt-4o', { input: 'a', reasoning: { effort: 'low' } }, 'unsupported-params: '],
  [
    'the same where it may be dropped',
    'openai/gpt-4o',
    { input: 'a', reasoning: { effort: 'low' } },
    { input: 'a' },
    { settings: { dropParams: true } },
  ],
  ['sampling while reasoning', 'openai/gpt-5', { input: 'a', temperature: 0.2 }, 'unsupported-params: '],
  ['sampling that means nothing', 'openai/gpt-5', { input: 'a', temperature: 1 }, { input: 'a', temperature: 1 }],
  ['top_p while reasoning', 'openai/gpt-5', { input: 'a', top_p: 0.5 }, { input: 'a' }, { settings: { dropParams: true } }],
  ['no effort the model refuses', 'openai/gpt-5', { input: 'a', reasoning: { effort: 'none' } }, 'unsupported-params: '],
  [
    'the deployment’s own parameters, and those it takes away',
    'openai/gpt-4o',
    { input: 'a', user: 'u' },
    { input: 'a', temperature: 0.5 },
    { settings: { defaults: { temperature: 0.5 }, additionalDropParams: ['user'] } },
  ],
  ['members that are left out', 'xai/grok-4', { input: 'a', metadata: { a: 'b' } }, { input: 'a' }],
  [
    'tools that run at xAI',
    'xai/grok-4',
    {
      input: 'a',
      tools: [
        { type: 'web_search', search_context_size: 'low', allowed_domains: ['x.test'] },
        { type: 'code_interpreter', container: {} },
      ],
    },
    { input: 'a', tools: [{ type: 'web_search', filters: { allowed_domains: ['x.test'] } }, { type: 'code_interpreter' }] },
  ],
  [
    'a schema as text',
    'openai/gpt-4o',
    { input: 'a', tools: [{ ...FUNCTION, parameters: '{"type":"object"}' }] },
    { input: 'a', tools: [FUNCTION] },
  ],
  [
    'combinators at the top of a schema, for models that refuse them',
    'openai/gpt-4o',
    { input: 'a', tools: [withParameters(CHOICE), { type: 'namespace', name: 'n', tools: [withParameters(CHOICE)] }] },
    { input: 'a', tools: [withParameters(MERGED), { type: 'namespace', name: 'n', tools: [withParameters(MERGED)] }] },
  ],
  [
    'the same, for others',
    'openai/gpt-5.1',
    { input: 'a', tools: [withParameters(CHOICE)] },
    { input: 'a', tools: [withParameters(CHOICE)] },
  ],
  [
    'a pattern that is not Python’s',
    'openai/gpt-5.1',
    { input: 'a', tools: [withParameters({ type: 'object', properties: { a: { type: 'string', pattern: String.raw`\p{L}` } } })] },
    { input: 'a', tools: [withParameters({ type: 'object', properties: { a: { type: 'string' } } })] },
  ],
  ['a schema that is none', 'openai/gpt-4o', { input: 'a', tools: [{ ...FUNCTION, parameters: 7 }] }, 'bad-request: tools[0].parameters'],
  [
    'chat’s functions for Azure',
    'azure/gpt-4o',
    { input: 'a', tools: [{ type: 'function', function: { name: 'f' } }] },
    { input: 'a', tools: [{ type: 'function', name: 'f' }] },
  ],
  ['what Azure does not take', 'azure/gpt-4o', { input: 'a', context_management: [] }, 'unsupported-params: '],
  [
    'marks of a cache',
    'openai/gpt-4o',
    { input: [user([{ type: 'input_text', text: 'a', cache_control: {} }])], tools: [{ ...FUNCTION, cache_control: {} }] },
    { input: [user([{ type: 'input_text', text: 'a' }])], tools: [FUNCTION] },
  ],
  [
    'ids that OpenAI did not make',
    'openai/gpt-4o',
    { input: [{ type: 'function_call', id: 'call_1', call_id: 'call_1', name: 'f', arguments: '{}' }] },
    { input: [{ type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' }] },
  ],
  [
    'reasoning that a gateway made of another provider’s',
    'openai/gpt-5',
    { input: [{ type: 'reasoning', id: `rs_${AMBIENT.callId}`, summary: [] }, user('a')] },
    { input: [user('a')] },
  ],
  [
    'the status of items for Azure',
    'azure/gpt-4o',
    {
      input: [
        { type: 'message', role: 'assistant', status: 'completed', content: 'a' },
        { type: 'reasoning', id: 'rs_1', summary: [], status: null, content: null },
      ],
    },
    {
      input: [
        { type: 'message', role: 'assistant', content: 'a' },
        { type: 'reasoning', id: 'rs_1', summary: [] },
      ],
    },
  ],
  ['a type for every message', 'perplexity/sonar', { input: [user('a')] }, { input: [{ ...user('a'), type: 'message' }] }],
  [
    'a response that was given out here',
    'openai/gpt-4o',
    { input: 'a', previous_response_id: 'resp_sealed_resp_1' },
    { input: 'a', previous_response_id: 'resp_1' },
  ],
  ['one that was not', 'openai/gpt-4o', { input: 'a', previous_response_id: 'resp_1' }, 'bad-request: previous_response_id'],
  [
    'options of a stream',
    'openai/gpt-4o',
    { input: 'a', stream: true, stream_options: { include_usage: true, include_obfuscation: false } },
    { input: 'a', stream: true, stream_options: { include_obfuscation: false } },
    { stream: true },
  ],
];

describe('a request', () => {
  test.each(REQUESTS)('%s', (_, model, given, expected, wishes) => {
    const body = bodyTo(model, given, wishes);
    expect(body).toStrictEqual(expected);
  });

  test('that nothing had to change keeps its bytes', () => {
    const text = '{"model":"gpt-4o", "input" : [{"role":"user","content":"a\\u00e9"}],\n"store":false}';
    const body = scanRawObject(new TextEncoder().encode(text));
    if (!body.ok) throw new Error('no body');
    const sent = nativeResponses.request({ body: body.value, headers: {} }, makePlan('openai/gpt-4o', DIALECT), AMBIENT);
    expect(sent).toMatchObject({ ok: true, value: { url: 'https://api.openai.com/v1/responses', body: body.value.bytes } });
  });

  test('takes a client’s extra headers along, but none of the credential', () => {
    const extra_headers = { 'X-Custom': 'v', authorization: 'Bearer stolen' };
    const body = toRawObject({ input: 'a', extra_headers });
    const sent = nativeResponses.request({ body, headers: {} }, makePlan('openai/gpt-4o', DIALECT), AMBIENT);
    expect(sent).toMatchObject({ ok: true, value: { headers: { 'x-custom': 'v' } } });
    expect(sent).not.toHaveProperty(['value', 'headers', 'authorization']);
  });

  test.each([[null], [3]])('with %j for its input is refused', (input) => {
    const sent = nativeResponses.request({ body: toRawObject({ input }), headers: {} }, makePlan('openai/gpt-4o', DIALECT), AMBIENT);
    expect(sent).toMatchObject({ ok: false, error: { kind: 'bad-request', path: 'input' } });
  });

  test.each([
    [
      'openai/gpt-4o',
      { settings: { options: { organization: 'org' } } },
      'https://api.openai.com/v1/responses',
      { 'openai-organization': 'org' },
    ],
    ['azure/mine', { apiBase: 'https://r.test' }, 'https://r.test/openai/v1/responses?api-version=preview', {}],
    [
      'azure/mine',
      { apiBase: 'https://r.test', settings: { options: { api_version: '2025-04-01-preview' } } },
      'https://r.test/openai/responses?api-version=2025-04-01-preview',
      {},
    ],
    ['azure_ai/gpt-5', { apiBase: 'https://r.services.ai.azure.com/openai' }, 'https://r.services.ai.azure.com/openai/v1/responses', {}],
    ['hosted_vllm/m', { apiBase: 'https://v.test/v1' }, 'https://v.test/v1/responses', {}],
  ])('%s goes where that provider serves this API: %j', (model, wishes, url, headers) => {
    const body = toRawObject({ model: 'group', input: 'a' });
    const sent = nativeResponses.request({ body, headers: {} }, makePlan(model, { ...DIALECT, ...wishes }), AMBIENT);
    expect(sent).toMatchObject({ ok: true, value: { url, headers } });
  });
});

describe('an answer', () => {
  const PLAN = makePlan('openai/gpt-4o', DIALECT);
  const answered = (body: string): ReturnType<typeof nativeResponses.response> =>
    nativeResponses.response({ status: 200, headers: {}, body }, { body: toRawObject({}), headers: {} }, PLAN, AMBIENT);

  test('keeps its bytes but for id, model and time', () => {
    const body = '{"id":"resp_1", "created_at":1.5,\n"model":"gpt-4o-2024","output":[{"text":"\\u00e9"}],"usage":{"input_tokens":1}}';
    expect(answered(body)).toMatchObject({
      ok: true,
      value: {
        body: '{"id":"resp_sealed_resp_1", "created_at":1,\n"model":"group","output":[{"text":"\\u00e9"}],"usage":{"input_tokens":1}}',
        usage: { input_tokens: 1 },
      },
    });
  });

  test.each([
    ['', 'bad-upstream'],
    ['<html>', 'bad-upstream'],
    ['{"id":"resp_1"}', 'bad-upstream'],
    ['{"error":{"message":"no","code":"rate_limit_exceeded"}}', 'upstream-refused'],
  ])('%s is none', (body, kind) => {
    expect(answered(body)).toMatchObject({ ok: false, error: { kind } });
  });

  test('a refusal shows the whole body', () => {
    const error = nativeResponses.error({ status: 400, headers: {}, body: '{"error":{"message":"no","param":"input"}}' }, PLAN);
    expect(error).toMatchObject({ kind: 'upstream-refused', status: 400, message: '{"error":{"message":"no","param":"input"}}' });
  });
});

describe('a stream', () => {
  const PLAN = makePlan('openai/gpt-4o', { ...DIALECT, stream: true });
  const CALL = { body: toRawObject({ stream: true }), headers: {} };
  const run = (text: string): MachineRun<string> => runMachine(nativeResponses.stream(CALL, PLAN), [text]);
  const created = { type: 'response.created', response: { id: 'resp_1', model: 'gpt-4o-2024', created_at: 7 }, sequence_number: 0 };
  const delta = { type: 'response.output_text.delta', delta: 'é\n"', sequence_number: 1 };
  const completed = { type: 'response.completed', response: { id: 'resp_1', output: [] }, sequence_number: 2 };

  test('names the model in every event, and the response as the client will know it', () => {
    const { out, error } = run(toSse([created, delta, completed]));
    expect(error).toBeUndefined();
    expect(out.at(-1)).toBe('data: [DONE]\n\n');
    expect(out.slice(0, -1).map((event) => JSON.parse(event.slice('data: '.length)))).toStrictEqual([
      { ...created, response: { ...created.response, id: 'resp_sealed_resp_1' }, model: 'group' },
      { ...delta, model: 'group' },
      { ...completed, response: { ...completed.response, id: 'resp_sealed_resp_1' }, model: 'group' },
    ]);
    expect(runMachine(nativeResponses.stream(CALL, PLAN), [...toSse([created, delta, completed])])).toEqual({ out, error });
  });

  test('a response that failed says who it was and why', () => {
    const { out } = run(
      toSse([created, { type: 'response.failed', response: { id: 'resp_1', error: { code: 'rate_limit_exceeded', message: 'slow' } } }]),
    );
    const failed = {
      id: 'resp_sealed_resp_1',
      object: 'response',
      created_at: 7,
      status: 'failed',
      error: { code: 'rate_limit_exceeded', message: 'slow' },
      model: 'gpt-4o-2024',
      output: [],
    };
    expect(out.slice(1)).toStrictEqual([
      `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', response: failed, sequence_number: 1 })}\n\n`,
      'data: [DONE]\n\n',
    ]);
  });

  test('a response that failed at a provider whose failures the reference leads with its own words', () => {
    const plan = makePlan('azure/gpt-4o', { ...DIALECT, stream: true });
    const failed = { type: 'response.failed', response: { id: 'resp_1', error: { message: 'slow' } } };
    const { out } = runMachine(nativeResponses.stream(CALL, plan), [toSse([created, failed])]);
    expect(out.join('')).toContain('"message":"litellm.APIError: AzureException APIError - slow"');
  });

  test.each([
    [
      'an error event',
      toSse([created, { type: 'error', code: 'invalid_prompt', message: 'no' }]),
      { kind: 'upstream-refused', status: 400, message: 'no' },
    ],
    ['an error in its place', 'data: {"error":{"message":"no"}}\n\n', { kind: 'upstream-refused' }],
    ['an end before the end', toSse([created, delta]), { kind: 'stream-cut', phase: 'streaming' }],
    ['nothing', '', { kind: 'stream-cut', phase: 'before the first event' }],
  ])('%s is an error', (_, text, error) => {
    expect(run(text).error).toMatchObject(error);
  });

  test('an error of the gateway’s own ends it as this API ends', () => {
    const machine = nativeResponses.stream(CALL, PLAN);
    const { state } = machine.step(machine.start(AMBIENT), toSse([created, delta]));
    const [last = ''] = machine.fail?.(state, { status: 504, type: 'timeout', code: '504', param: null, message: 'late' }) ?? [];
    expect(JSON.parse(last.split('data: ')[1] ?? '')).toMatchObject({
      sequence_number: 2,
      response: { id: 'resp_sealed_resp_1', status: 'failed', error: { code: 'server_error', message: 'late' } },
    });
  });
});
