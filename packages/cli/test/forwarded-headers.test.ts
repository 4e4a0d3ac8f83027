import type { JsonObject } from '@stagegate/core-transforms';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MASTER_KEY, startGateway } from './support/gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** Which headers of a client its provider sees, in every lane. */

const { first, second } = await twoProviders();

const SENT = {
  'x-tenant': 'blue',
  'anthropic-beta': 'beta-1',
  'x-stainless-lang': 'js',
  'x-amz-security-token': 'token',
  'x-api-key': 'sk-of-somebody',
  'x-goog-api-key': 'sk-of-somebody',
  'x-litellm-api-key': `Bearer ${MASTER_KEY}`,
  'x-of-the-row': 'of the client',
  'user-agent': 'client',
  cookie: 'a=b',
};
const NAMES = Object.keys(SENT);

type Headers = Readonly<Record<string, unknown>>;
type Ask = (model: string, headers?: Record<string, string>) => Promise<Headers>;

async function gatewayOf(lane: HttpLane, general: JsonObject, litellm: JsonObject = {}): Promise<Ask> {
  const row = (group: string): JsonObject => ({
    model_name: group,
    litellm_params: {
      model: 'openai/gpt-4o',
      api_base: `${first.url}/v1`,
      api_key: 'sk-of-the-row',
      extra_headers: { 'x-of-the-row': 'of the row' },
    },
  });
  const gateway = await startGateway(lane, {
    model_list: [row('team-a'), row('team-b'), row('alone')],
    general_settings: { master_key: MASTER_KEY, ...general },
    litellm_settings: litellm,
    router_settings: { num_retries: 0, disable_cooldowns: true, model_group_alias: { other: 'alone' } },
  });
  onTestFinished(() => gateway.close());
  return async (model, headers = SENT) => {
    const before = first.requests.length;
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'good day' }] }),
    });
    expect([answer.status, await answer.text()]).toStrictEqual([200, expect.any(String)]);
    return first.requests[before]?.headers ?? {};
  };
}

const came = (headers: Headers): Headers => Object.fromEntries(NAMES.flatMap((name) => (name in headers ? [[name, headers[name]]] : [])));
const OF_THE_ROW = { 'x-of-the-row': 'of the row' };

describe.each(HTTP_LANES)('%s', (lane) => {
  test('without the setting none', async () => {
    const ask = await gatewayOf(lane, {});
    expect(came(await ask('alone'))).toMatchObject(OF_THE_ROW);
    expect(came(await ask('alone'))).not.toHaveProperty('x-tenant');
  });

  test('with it those of its own, and no key; what the row says comes first', async () => {
    const ask = await gatewayOf(lane, { forward_client_headers_to_llm_api: true });
    const { 'user-agent': _agent, ...seen } = came(await ask('alone'));
    expect(seen).toStrictEqual({ 'x-tenant': 'blue', 'anthropic-beta': 'beta-1', ...OF_THE_ROW });
    expect(_agent).not.toBe('client');
    expect(await ask('alone')).toHaveProperty('authorization', 'Bearer sk-of-the-row');
  });

  test('a header of the configuration that a key comes in goes nowhere', async () => {
    const ask = await gatewayOf(lane, { forward_client_headers_to_llm_api: true, litellm_key_header_name: 'X-Own-Key' });
    const seen = await ask('alone', { 'x-own-key': `Bearer ${MASTER_KEY}`, 'x-tenant': 'blue' });
    expect(seen).toHaveProperty('x-tenant', 'blue');
    expect(JSON.stringify(seen)).not.toContain(MASTER_KEY);
  });

  test('by group: names, patterns and aliases, as lists of models are read everywhere', async () => {
    const settings = { model_group_settings: { forward_client_headers_to_llm_api: ['team-*', 'alone'] } };
    const ask = await gatewayOf(lane, {}, settings);
    for (const model of ['team-a', 'team-b', 'alone', 'other']) expect(await ask(model)).toHaveProperty('x-tenant', 'blue');
    const askOther = await gatewayOf(lane, {}, { model_group_settings: { forward_client_headers_to_llm_api: ['team-a'] } });
    expect(await askOther('team-a')).toHaveProperty('x-tenant', 'blue');
    expect(await askOther('team-b')).not.toHaveProperty('x-tenant');
  });

  test('they go where the call falls back to', async () => {
    const gateway = await startGateway(lane, {
      model_list: [
        { model_name: 'm', litellm_params: { model: 'openai/gpt-4o', api_base: `${first.url}/v1`, api_key: 'k' } },
        { model_name: 'spare', litellm_params: { model: 'openai/gpt-4o', api_base: `${second.url}/v1`, api_key: 'k' } },
      ],
      general_settings: { master_key: MASTER_KEY, forward_client_headers_to_llm_api: true },
      router_settings: { num_retries: 0, fallbacks: [{ m: ['spare'] }] },
    });
    onTestFinished(() => gateway.close());
    first.enqueue({ status: 500 });
    const before = second.requests.length;
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...SENT },
      body: JSON.stringify({ model: 'm', messages: [] }),
    });
    expect([answer.status, await answer.text()]).toStrictEqual([200, expect.any(String)]);
    expect(second.requests[before]?.headers).toHaveProperty('x-tenant', 'blue');
  });
});
