import type { JsonObject } from '@stagegate/core-transforms';
import type { KeyLookup } from '@stagegate/gateway-engine/ports';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';
import { callerOf, type Answer } from './support/managed-gateway.ts';

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

const SETTINGS: JsonObject = {
  general_settings: {
    user_header_mappings: [
      { header_name: 'X-Our-Customer', litellm_user_role: 'customer' },
      { header_name: 'X-Our-User', litellm_user_role: 'internal_user' },
    ],
    enforced_params: ['user', 'metadata.purpose'],
    service_account_settings: { enforced_params: ['top_p'] },
    global_max_parallel_requests: 1,
  },
  litellm_settings: { num_retries: 0, budget_exceeded_status_code: 429 },
};

const memory = memoryKeys({
  'sk-spent': caller({ budget: { spend: 2, max: 1 } }),
  'sk-that-asks-for-more': { ...caller(), metadata: { enforced_params: ['seed'] } },
  'sk-of-a-service': { ...caller(), metadata: { service_account_id: 'service' } },
});
const keys: KeyLookup = {
  find: memory.find,
  findEndUser: async (id) =>
    id === 'blocked'
      ? { kind: 'found', endUser: { id, blocked: true, models: [], budget: { spend: 0, max: undefined }, unenforced: [] } }
      : { kind: 'unknown' },
};

const SAID = { user: 'somebody', metadata: { purpose: 'a test' } };

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, configFor(upstream.url, SETTINGS), { keys });
  });
  afterAll(() => gateway.close());

  const chat = (more: JsonObject, key = MASTER_KEY): Promise<Answer> =>
    callerOf(gateway.url)('POST', '/v1/chat/completions', { model: 'chat', messages: [{ role: 'user', content: 'Hello' }], ...more }, key);

  test('what every call must say, and what a key asks for on top', async () => {
    expect((await chat(SAID)).status).toBe(200);
    const before = upstream.requests.length;
    expect(await chat({ metadata: SAID.metadata })).toMatchObject({
      status: 400,
      body: { error: { message: 'BadRequest please pass param=user in request body. This is a required param' } },
    });
    expect(await chat({ user: 'somebody', metadata: { other: 1 } })).toMatchObject({
      status: 400,
      body: { error: { message: 'BadRequest please pass param=[metadata][purpose] in request body. This is a required param' } },
    });
    expect((await chat(SAID, 'sk-that-asks-for-more')).status).toBe(400);
    expect((await chat(SAID, 'sk-of-a-service')).status).toBe(400);
    expect(upstream.requests.length).toBe(before);
    expect((await chat({ ...SAID, seed: 1 }, 'sk-that-asks-for-more')).status).toBe(200);
    expect((await chat({ ...SAID, top_p: 1 }, 'sk-of-a-service')).status).toBe(200);
  });

  test('a spent budget has the status that was asked for', async () => {
    expect(await chat(SAID, 'sk-spent')).toMatchObject({ status: 429, body: { error: { type: 'budget_exceeded', code: '429' } } });
  });

  test('a header of the operator’s own names the customer', async () => {
    const headers = { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }], ...SAID });
    const status = async (more: Record<string, string>): Promise<number> => {
      const answer = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers: { ...headers, ...more }, body });
      await answer.arrayBuffer();
      return answer.status;
    };
    expect(await status({ 'x-our-customer': 'blocked' })).toBe(401);
    expect(await status({ 'x-our-user': 'blocked' })).toBe(200);
    expect(await status({ 'x-our-customer': 'other' })).toBe(200);
  });

  test('of everybody’s calls so many run at once', async () => {
    const before = upstream.requests.length;
    upstream.enqueue({ end: 'hang', cutAfterBytes: 0 });
    const patience = new AbortController();
    const hanging = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'chat', messages: [], ...SAID }),
      signal: patience.signal,
    }).catch(() => 'gone');
    await expect.poll(() => upstream.requests.length, { interval: 5 }).toBe(before + 1);
    expect(await chat(SAID)).toMatchObject({
      status: 429,
      body: { error: { message: expect.stringContaining('Rate limit exceeded for global: proxy. Limit type: max_parallel_requests') } },
    });
    patience.abort();
    expect(await hanging).toBe('gone');
    await expect.poll(async () => (await chat(SAID)).status, { interval: 20 }).toBe(200);
  });
});
