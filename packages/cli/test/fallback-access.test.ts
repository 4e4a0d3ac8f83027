import type { JsonObject } from '@stagegate/core-transforms';
import type { EndUserGrants, KeyLookup } from '@stagegate/gateway-engine/ports';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** Where calls go on to when a group fails, by who makes them, in every lane. */

const { first } = await twoProviders();

const PROJECT = { id: 'p', blocked: false, models: ['ill', 'second'], budget: { spend: 0, max: undefined } };
const CUSTOMER: EndUserGrants = {
  id: 'c',
  blocked: false,
  models: ['ill', 'second'],
  budget: { spend: 0, max: undefined },
  unenforced: [],
};
const keys: KeyLookup = {
  ...memoryKeys({
    'sk-of-all': caller(),
    'sk-of-ill': caller({ models: ['ill'] }),
    'sk-of-second': caller({ models: ['ill', 'second'] }),
    'sk-of-project': caller({ project: PROJECT }),
    'sk-by-alias': caller({ models: ['ill', 'third'], aliases: { second: 'third' } }),
  }),
  findEndUser: async (id) => (id === CUSTOMER.id ? { kind: 'found', endUser: CUSTOMER } : { kind: 'unknown' }),
};

const row = (model_name: string, more: object = {}): JsonObject => ({
  model_name,
  litellm_params: { model: 'openai/gpt-4o', api_base: `${first.url}/v1`, api_key: 'k', ...more },
});
const configOf = (general_settings: JsonObject): JsonObject =>
  configFor(first.url, {
    general_settings,
    model_list: [row('ill', { mock_response: 'litellm.InternalServerError' }), row('first'), row('second'), row('third')],
    router_settings: { num_retries: 0, disable_cooldowns: true, fallbacks: [{ ill: ['first', 'second'] }] },
  });

describe.each(GATEWAYS)('%s', (lane) => {
  const gateways: { guarded?: Gateway; open?: Gateway } = {};
  beforeAll(async () => {
    gateways.guarded = await startGateway(lane, configOf({ enforce_fallback_model_access: true }), { keys });
    gateways.open = await startGateway(lane, configOf({}), { keys });
  });
  afterAll(() => Promise.all([gateways.guarded?.close(), gateways.open?.close()]));

  const groupOf = async (key: string, { url } = gateways.guarded ?? { url: '' }, more: JsonObject = {}): Promise<unknown> => {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'ill', messages: [{ role: 'user', content: 'Hello' }], ...more }),
    });
    const body = await answer.text();
    return answer.ok ? answer.headers.get('x-litellm-model-group') : [answer.status, body];
  };

  test('enforce_fallback_model_access: a call goes on to the first that its caller might have asked for', async () => {
    const found = await Promise.all(['sk-of-all', 'sk-of-second', 'sk-of-project', 'sk-by-alias', MASTER_KEY].map((key) => groupOf(key)));
    expect(found).toStrictEqual(['first', 'second', 'second', 'second', 'first']);
    expect(await groupOf('sk-of-all', undefined, { user: 'c' })).toBe('second');
    expect(await groupOf(MASTER_KEY, undefined, { user: 'c' })).toBe('second');
  });

  test('who may ask for none of them is told how the first group failed', async () => {
    expect(await groupOf('sk-of-ill')).toStrictEqual([500, expect.stringContaining('No fallback was attempted.')]);
  });

  test('without the setting calls go on to wherever the configuration sends them', async () => {
    for (const key of ['sk-of-ill', 'sk-of-project']) expect(await groupOf(key, gateways.open)).toBe('first');
  });
});
