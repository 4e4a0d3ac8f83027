import { describe, expect, test } from 'vitest';
import { memoryUpstream, rawCall } from '../../test/make-call.ts';
import { config, deployment } from '../../test/make-config.ts';
import { ASK, bodyOf, COMPLETION, makeEngine } from '../../test/make-engine.ts';

describe('a whole answer', () => {
  test('goes to the deployment with its key and comes back under the name that was asked for', async () => {
    const upstream = memoryUpstream({ pieces: [COMPLETION], headers: { 'x-request-id': 'req-1', connection: 'keep-alive' } });
    const answer = await makeEngine({ upstream })(rawCall(ASK, { lane: 'hono' }));
    expect(bodyOf(answer)).toMatchObject({ model: 'group', choices: [{ message: { content: 'hi' } }] });
    expect(upstream.sent[0]).toMatchObject({
      url: 'http://provider.test/v1/chat/completions',
      headers: { authorization: 'Bearer key-of-provider' },
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(String(answer.body))),
      'x-stagegate-lane': 'hono',
      'x-litellm-version': '1.106.2',
      'x-litellm-model-id': 'id-1',
      'x-litellm-model-group': 'group',
      'x-litellm-model-api-base': 'http://provider.test/v1',
      'x-litellm-call-id': expect.stringMatching(/^[\da-f-]{36}$/u),
      'x-litellm-response-duration-ms': expect.stringMatching(/^\d/u),
      'llm_provider-x-request-id': 'req-1',
      'request-id': 'req-1',
    });
    expect(answer.headers).not.toHaveProperty('llm_provider-connection');
  });

  test.each([
    ['from-the-client', 'from-the-client'],
    ['x'.repeat(256), 'x'.repeat(256)],
  ])('keeps the call id of the client', async (sent, shown) => {
    expect((await makeEngine()(rawCall(ASK, { headers: { 'x-litellm-call-id': sent } }))).headers['x-litellm-call-id']).toBe(shown);
  });

  test.each(['', 'x'.repeat(257)])('makes a call id of its own instead of %j', async (sent) => {
    const { headers } = await makeEngine()(rawCall(ASK, { headers: { 'x-litellm-call-id': sent } }));
    expect(headers['x-litellm-call-id']).toMatch(/^[\da-f]{8}-/u);
  });

  test('shows rate limits under their common names, whatever the provider calls them', async () => {
    const headers = { 'anthropic-ratelimit-requests-limit': '40', 'x-ratelimit-remaining-tokens': '7', 'retry-after': '3' };
    const answer = await makeEngine({ upstream: memoryUpstream({ pieces: [COMPLETION], headers }) })(rawCall(ASK));
    expect(answer.headers).toMatchObject({
      'x-ratelimit-limit-requests': '40',
      'llm_provider-x-ratelimit-limit-requests': '40',
      'llm_provider-anthropic-ratelimit-requests-limit': '40',
      'x-ratelimit-remaining-tokens': '7',
      'retry-after': '3',
    });
  });

  test('a model in the path wins, and the answer shows the body’s name for it, else the provider’s own', async () => {
    const upstream = memoryUpstream({ pieces: [COMPLETION] }, { pieces: [COMPLETION] });
    const ask = async (more: object): Promise<unknown> =>
      bodyOf(await makeEngine({ upstream })(rawCall({ messages: ASK.messages, ...more }, { path: '/engines/group/chat/completions' })));
    expect(await ask({ model: 'nobody' })).toMatchObject({ model: 'nobody' });
    expect(await ask({})).toMatchObject({ model: 'gpt-4o' });
    expect(JSON.parse(new TextDecoder().decode(upstream.sent[0]?.body as Uint8Array))).toMatchObject({ model: 'gpt-4o' });
  });

  test.each([
    [{}, {}, { headersMs: 6_000_000, totalMs: 6_000_000, connectMs: 10_000 }],
    [{ timeoutSeconds: 9 }, {}, { headersMs: 9_000, idleMs: 9_000, totalMs: 9_000, connectMs: 9_000 }],
    [{ timeoutSeconds: 9, streamTimeoutSeconds: 2 }, { stream: true }, { headersMs: 2_000, idleMs: 2_000, totalMs: 6_000_000 }],
    [{ timeoutSeconds: 9 }, { timeout: 0.5 }, { headersMs: 500, connectMs: 500 }],
  ])('waits as long as %j and %j say', async (row, wish, timeouts) => {
    const upstream = memoryUpstream({ pieces: [COMPLETION] });
    await makeEngine({ upstream, config: config({ deployments: [deployment(row)] }) })(rawCall({ ...ASK, ...wish }));
    expect(upstream.sent[0]?.timeouts).toMatchObject(timeouts);
  });
});

describe('a response', () => {
  const PREVIOUS = JSON.stringify({ id: 'resp_of_provider', object: 'response', status: 'completed', output: [] });
  const two = ['one', 'two'].map((id) => deployment({ id, apiBase: `http://${id}.test/v1` }));

  test('goes on at the deployment that gave it, on any instance', async () => {
    const given = await makeEngine({ upstream: memoryUpstream({ pieces: [PREVIOUS] }) })(
      rawCall({ model: 'group', input: 'hello' }),
      '/v1/responses',
    );
    const { id } = JSON.parse(String(given.body));
    expect(id).not.toContain('of_provider');
    const deployments = [...two, deployment()];
    for (let times = 0; times < 8; times += 1) {
      const upstream = memoryUpstream({ pieces: [PREVIOUS] });
      const asked = rawCall({ model: 'group', input: 'and now?', previous_response_id: id });
      const answer = await makeEngine({ upstream, config: config({ deployments }) })(asked, '/v1/responses');
      expect(upstream.sent[0]?.url).toBe('http://provider.test/v1/responses');
      expect(JSON.parse(String(upstream.sent[0]?.body))).toMatchObject({ previous_response_id: 'resp_of_provider' });
      expect(bodyOf(answer)).toMatchObject({ id });
    }
  });

  test('that was given out elsewhere is refused, and nothing is sent', async () => {
    const upstream = memoryUpstream({ pieces: [PREVIOUS] });
    const asked = rawCall({ model: 'group', input: 'hello', previous_response_id: 'resp_of_provider' });
    const answer = await makeEngine({ upstream, config: config({ deployments: two }) })(asked, '/v1/responses');
    expect([answer.status, upstream.sent]).toStrictEqual([400, []]);
    expect(bodyOf(answer)).toMatchObject({ error: { type: 'invalid_request_error', code: '400', param: 'previous_response_id' } });
  });
});
