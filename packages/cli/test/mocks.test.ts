import type { JsonObject } from '@stagegate/core-transforms';
import { ANYONE, type KeyLookup } from '@stagegate/gateway-engine/ports';
import { HTTP_LANES } from '@stagegate/parity/lanes';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { MASTER_KEY, startGateway } from './support/gateway.ts';

/** Deployments, and clients, that say the answer themselves: no provider is asked. Expected texts are what LiteLLM 1.106.2 answers. */

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startFakeUpstream();
});
afterAll(() => upstream.close());

const row = (group: string, more: JsonObject): JsonObject => ({
  model_name: group,
  litellm_params: { model: 'openai/gpt-4o', api_base: `${upstream.url}/v1`, api_key: 'k', ...more },
});

const rows = (): JsonObject[] => [
  row('plain', {}),
  row('text', { mock_response: 'pong there' }),
  row('other', { model: 'anthropic/claude-sonnet-4-5', mock_response: 'pong there' }),
  row('limited', { mock_response: 'litellm.RateLimitError' }),
  row('broken', { mock_response: 'litellm.InternalServerError' }),
  row('small', { mock_response: 'litellm.ContextWindowExceededError' }),
  row('policy', { mock_response: 'Exception: content_filter_policy hit' }),
  row('vectors', { model: 'openai/text-embedding-3-small', mock_response: [0.5, 1] }),
  row('others', { model: 'cohere/embed-v4.0', mock_response: [], mock_timeout: true, mock_delay: 9 }),
  row('named', { model: 'openai/text-embedding-3-small', mock_response: 'litellm.RateLimitError' }),
  row('failing', { model: 'openai/text-embedding-3-small', mock_response: 'error' }),
  row('late', { mock_timeout: true, timeout: 0.05 }),
  row('tools', { mock_tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }] }),
];

type Ask = (path: string, body: JsonObject) => Promise<{ readonly status: number; readonly text: string; readonly lane: string | null }>;

async function ask(lane: (typeof HTTP_LANES)[number], general: JsonObject = {}, keys?: KeyLookup): Promise<Ask> {
  const config = { model_list: rows(), general_settings: { master_key: MASTER_KEY, ...general }, router_settings: { num_retries: 0 } };
  const gateway = await startGateway(lane, config, { keys });
  onTestFinished(() => gateway.close());
  return async (path, body) => {
    const answer = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys === undefined ? MASTER_KEY : 'sk-of-a-tester'}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text(), lane: answer.headers.get('x-stagegate-lane') };
  };
}

const chat = (model: string, more: JsonObject = {}): JsonObject => ({ model, messages: [{ role: 'user', content: 'hi' }], ...more });
const said = (text: string): string => [...text.matchAll(/"content":"([^"]*)"/gu)].map(([, piece]) => piece).join('');
const closing = (group: string): string => `\\n\\nLiteLLM: model group '${group}' failed with the error above. No fallback was attempted.`;

describe.each(HTTP_LANES)('%s', (lane) => {
  test.each<[string, JsonObject, unknown]>([
    ['vectors', { input: 'a' }, [0.5, 1]],
    ['vectors', { input: ['a', 'b'], dimensions: 3, encoding_format: 'base64' }, [0.5, 1]],
    ['others', { input: 'a', dimensions: 256 }, []],
    ['named', { input: 'a' }, 'litellm.RateLimitError'],
  ])('embeddings of %s: whatever is said is the one embedding', async (model, body, embedding) => {
    const before = upstream.requests.length;
    const { status, text } = await (await ask(lane))('/v1/embeddings', { model, ...body });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toStrictEqual({
      model,
      data: [{ embedding, index: 0, object: 'embedding' }],
      object: 'list',
      usage: { completion_tokens: 0, prompt_tokens: 10, total_tokens: 0, completion_tokens_details: null, prompt_tokens_details: null },
    });
    expect(upstream.requests.length).toBe(before);
  });

  test('embeddings that fail', async () => {
    const { status, text } = await (await ask(lane))('/v1/embeddings', { model: 'failing', input: 'a' });
    const message = `litellm.APIConnectionError: APIConnectionError: OpenAIException - Mock error${closing('failing')}`;
    expect([status, text]).toStrictEqual([
      500,
      `{"error":{"message":"${message}","type":"internal_server_error","param":null,"code":"500"}}`,
    ]);
  });

  test('a deployment answers by itself, in every dialect of the hub, whole and streamed', async () => {
    const before = upstream.requests.length;
    const call = await ask(lane);
    for (const group of ['text', 'other']) {
      const whole = await call('/v1/chat/completions', chat(group));
      expect([whole.status, whole.lane]).toStrictEqual([200, lane]);
      expect(JSON.parse(whole.text)).toMatchObject({
        model: group,
        object: 'chat.completion',
        choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'pong there' } }],
        usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
      });
      const stream = await call('/v1/chat/completions', chat(group, { stream: true }));
      expect(said(stream.text)).toBe('pong there');
      expect(stream.text).toContain('"finish_reason":"stop"');
      // Nobody asked for it.
      expect(stream.text).not.toContain('"usage":{');
      expect(stream.text.endsWith('data: [DONE]\n\n')).toBe(true);
    }
    expect((await call('/v1/messages', { ...chat('text'), max_tokens: 5 })).text).toContain('"text":"pong there"');
    expect((await call('/v1/messages', { ...chat('text', { stream: true }), max_tokens: 5 })).text).toContain('event: message_stop');
    expect((await call('/v1/responses', { model: 'text', input: 'hi' })).text).toContain('"text":"pong there"');
    expect((await call('/v1/completions', { model: 'text', prompt: 'hi' })).text).toContain('"text":"pong there"');
    expect((await call('/v1/chat/completions', chat('tools'))).text).toContain('"id":"call_1"');
    expect(upstream.requests.length).toBe(before);
  });

  test.each([
    ['limited', 429, 'litellm.RateLimitError: this is a mock rate limit error'],
    ['broken', 500, 'litellm.InternalServerError: this is a mock internal server error'],
    ['small', 400, 'litellm.ContextWindowExceededError: litellm.BadRequestError: this is a mock context window exceeded error'],
    ['policy', 400, 'litellm.BadRequestError: OpenAIException - litellm.MockException: Exception: content_filter_policy hit'],
    ['late', 408, 'litellm.Timeout: This is a mock timeout error'],
  ])('%s fails as a provider would', async (group, status, message) => {
    const answer = await (await ask(lane))('/v1/chat/completions', chat(group));
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`"message":"${message}${closing(group)}"`);
  });

  test('what a client says itself counts where its key may, and nowhere else', async () => {
    const body = chat('plain', { mock_response: 'mine' });
    expect((await (await ask(lane))('/v1/chat/completions', body)).text).not.toContain('mine');
    const tester: KeyLookup = {
      find: () => ({ kind: 'found', caller: { ...ANYONE, kind: 'virtual-key', metadata: { allow_client_mock_response: true } } }),
      findEndUser: () => ({ kind: 'unknown' }),
    };
    expect((await (await ask(lane, {}, tester))('/v1/chat/completions', body)).text).toContain('"content":"mine"');
  });

  test('failures and delays are asked for only where the gateway lets clients ask', async () => {
    const body = chat('plain', { mock_timeout: true, mock_delay: 0.01, timeout: 0.05 });
    const refused = await (await ask(lane))('/v1/chat/completions', body);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('Mock testing request params are disabled on this proxy: mock_timeout, mock_delay. An admin can');
    const allowed = await ask(lane, { dangerously_allow_mock_testing_request_params: true });
    expect((await allowed('/v1/chat/completions', body)).status).toBe(408);
  });
});
