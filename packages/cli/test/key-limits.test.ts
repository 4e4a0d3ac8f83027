import type { JsonObject } from '@stagegate/core-transforms';
import type { KeyLookup } from '@stagegate/gateway-engine/ports';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway } from './support/gateway.ts';

/** Limits of keys that stand elsewhere than in a row's limits: with deployments, and by tag, in every lane. */

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

const keys = memoryKeys({
  'sk-one': { ...caller(), keyHash: 'one' },
  'sk-two': { ...caller(), keyHash: 'two' },
  'sk-of-tags': { ...caller(), keyHash: 'tags', metadata: { tag_rpm_limit: { batch: 1, chat: 2 } } },
  'sk-tagged': { ...caller(), keyHash: 'tagged', metadata: { tag_rpm_limit: { batch: 1 }, tags: ['batch'] } },
});
const openai = { model: 'openai/gpt-4o', api_base: `${upstream.url}/v1`, api_key: 'k' };
const CONFIG = configFor(upstream.url, {
  model_list: [
    { model_name: 'chat', litellm_params: openai },
    { model_name: 'narrow', litellm_params: { ...openai, default_api_key_rpm_limit: 2 } },
    { model_name: 'narrow', litellm_params: { ...openai, default_api_key_rpm_limit: 3 } },
  ],
  router_settings: { num_retries: 0, disable_cooldowns: true, model_group_alias: { strait: 'narrow' } },
});

describe.each(GATEWAYS)('%s', (lane) => {
  interface Told {
    readonly status: number;
    readonly left: string | null;
  }
  async function start(lookup: KeyLookup | undefined): Promise<(key: string, model: string, more?: JsonObject) => Promise<Told>> {
    const gateway = await startGateway(lane, CONFIG, { keys: lookup });
    onTestFinished(() => gateway.close());
    return async (key, model, more = {}) => {
      const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], ...more }),
      });
      await answer.arrayBuffer();
      const left = answer.headers.get('x-ratelimit-model_per_key-remaining-requests');
      return { status: answer.status, left: left ?? answer.headers.get('x-ratelimit-tag_per_key-remaining-requests') };
    };
  }

  test('a deployment limits each key by itself, under all of its names', async () => {
    const ask = await start(keys);
    expect(await ask('sk-one', 'narrow')).toStrictEqual({ status: 200, left: '1' });
    expect(await ask('sk-one', 'strait')).toStrictEqual({ status: 200, left: '0' });
    expect((await ask('sk-one', 'narrow')).status).toBe(429);
    expect(await ask('sk-one', 'chat')).toStrictEqual({ status: 200, left: null });
    expect(await ask('sk-two', 'narrow')).toStrictEqual({ status: 200, left: '1' });
  });

  test('the master key too, with or without a database', async () => {
    for (const lookup of [keys, undefined]) {
      const ask = await start(lookup);
      const seen = [await ask(MASTER_KEY, 'narrow'), await ask(MASTER_KEY, 'narrow'), await ask(MASTER_KEY, 'narrow')];
      expect(seen.map(({ status }) => status)).toStrictEqual([200, 200, 429]);
    }
  });

  test('a key’s limits by tag: of the call, and of the key', async () => {
    const ask = await start(keys);
    const tagged = (...tags: string[]): Promise<Told> => ask('sk-of-tags', 'chat', { metadata: { tags } });
    expect(await tagged('batch')).toStrictEqual({ status: 200, left: '0' });
    expect((await tagged('batch')).status).toBe(429);
    expect((await tagged('chat')).status).toBe(200);
    expect((await tagged('chat', 'batch')).status).toBe(429);
    expect((await ask('sk-of-tags', 'chat', { tags: ['batch'] })).status).toBe(429);
    expect(await ask('sk-of-tags', 'chat')).toStrictEqual({ status: 200, left: null });
    expect([(await ask('sk-tagged', 'chat')).status, (await ask('sk-tagged', 'chat')).status]).toStrictEqual([200, 429]);
  });
});
