import type { JsonObject } from '@stagegate/core-transforms';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';
import { callerOf, type Answer } from './support/managed-gateway.ts';

const upstream = await startFakeUpstream();
const elsewhere = await startFakeUpstream();
afterAll(() => Promise.all([upstream.close(), elsewhere.close()]));

/** 10 KiB. */
const MEGABYTES_MAX = 10 / 1024;

const SETTINGS = {
  general_settings: {
    max_response_size_mb: MEGABYTES_MAX,
    provider_url_destination_allowed_hosts: ['127.0.0.1'],
    allow_client_side_credentials: true,
  },
  litellm_settings: { num_retries: 0 },
};

function completion(length: number): JsonObject {
  const message = { role: 'assistant', content: 'x'.repeat(length) };
  return { id: 'a', object: 'chat.completion', created: 1, model: 'gpt-4o', choices: [{ index: 0, message, finish_reason: 'stop' }] };
}

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, configFor(upstream.url, SETTINGS));
  });
  afterAll(() => gateway.close());

  const chat = (content: unknown, more: object = {}): Promise<Answer> => {
    const body = { model: 'chat', messages: [{ role: 'user', content }], ...more };
    return callerOf(gateway.url)('POST', '/v1/chat/completions', JSON.parse(JSON.stringify(body)), MASTER_KEY);
  };

  test('max_response_size_mb: a larger answer of a provider is refused, whole or in pieces; a smaller one is not', async () => {
    upstream.enqueue({ body: completion(5_000) });
    expect((await chat('Hello')).status).toBe(200);
    for (const splitAt of [[], [9_000, 15_000]]) {
      upstream.enqueue({ body: completion(20_000), splitAt });
      expect(await chat('Hello')).toMatchObject({
        status: 502,
        body: { error: { message: expect.stringContaining('the answer is larger than this gateway accepts') } },
      });
    }
  });

  test('provider_url_destination_allowed_hosts: no client names where a call goes, whatever hosts are allowed', async () => {
    for (const model of ['chat', 'messages', 'compatible']) {
      await chat('Hello', {
        model,
        api_base: elsewhere.url,
        api_key: 'mine',
        fallbacks: [`${elsewhere.url}/v1`, `openai/${elsewhere.url}`],
      });
      await chat('Hello', { model: `openai/${elsewhere.url}`, base_url: elsewhere.url, api_key: 'mine' });
    }
    expect(elsewhere.requests).toStrictEqual([]);
  });
});
