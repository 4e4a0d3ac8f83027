import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import type { KeyLookup } from '@stagegate/gateway-engine/ports';
import { startFakeUpstream } from '@stagegate/testbed';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caller, memoryKeys } from '../support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from '../support/gateway.ts';

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

const KEY = 'sk-a-key-that-works-0001';

async function chat(gateway: Gateway, key: string): Promise<number> {
  return chatWith(gateway, { authorization: `Bearer ${key}` });
}

async function chatWith({ url }: Gateway, sent: Readonly<Record<string, string>>): Promise<number> {
  const headers = { ...sent, 'content-type': 'application/json' };
  const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }] });
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

describe.each(GATEWAYS)('%s', (lane) => {
  const started: Gateway[] = [];
  const start = async (keys: KeyLookup, settings: JsonObject = {}): Promise<Gateway> => {
    const gateway = await startGateway(lane, configFor(upstream.url, { general_settings: settings }), { keys });
    started.push(gateway);
    return gateway;
  };
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await start(memoryKeys({ [KEY]: caller(), 'sk-blocked-admin': caller({ blocked: true }, 'proxy_admin') }));
  });
  afterAll(() => Promise.all(started.map(({ close }) => close())));

  test.each([
    ['down', async () => ({ kind: 'database-down' }) as const, 503],
    ['broken', () => Promise.reject(new Error('a bug')), 500],
  ])('CVE-2026-12773, CVE-2026-59822: a look-up that is %s lets nobody in', async (_, find, status) => {
    const before = upstream.requests.length;
    const broken = await start({ find, findEndUser: async () => ({ kind: 'unknown' }) });
    expect(await chat(broken, KEY)).toBe(status);
    expect(await chat(broken, MASTER_KEY)).toBe(200);
    expect(upstream.requests.length).toBe(before + 1);
  });

  test('without a key, or with what is none, nobody comes in', async () => {
    const before = upstream.requests.length;
    for (const key of [KEY, MASTER_KEY]) {
      for (const sent of [
        {},
        { authorization: '' },
        { authorization: key },
        { authorization: 'Bearer ' },
        { authorization: `Bearer ${key}x` },
        { authorization: `Bearer ${key.slice(0, -1)}` },
        { authorization: `Digest ${key}` },
        { authorization: 'Bearer sk-wrong', 'x-api-key': key },
        { 'x-litellm-api-key': 'sk-wrong', authorization: `Bearer ${key}` },
        { 'x-api-key': '' },
        { cookie: `token=${key}` },
      ])
        expect([sent, await chatWith(gateway, sent)]).toStrictEqual([sent, 401]);
    }
    expect(upstream.requests.length).toBe(before);
  });

  test('where the operator names a header for keys, none counts in any other', async () => {
    const own = await start(memoryKeys({ [KEY]: caller() }), { litellm_key_header_name: 'X-Own-Key' });
    for (const key of [KEY, MASTER_KEY]) {
      expect(await chatWith(own, { 'x-own-key': `Bearer ${key}` })).toBe(200);
      for (const name of ['authorization', 'x-litellm-api-key', 'x-api-key', 'api-key', 'x-goog-api-key'])
        expect([name, await chatWith(own, { [name]: `Bearer ${key}` })]).toStrictEqual([name, 401]);
    }
  });

  test.each([
    ['of a key', hashKey(KEY)],
    ['of the master key', hashKey(MASTER_KEY)],
    ['of a key, with its prefix', `sk-${hashKey(KEY)}`],
  ])('GHSA-69x8-hrgq-fjj8: the hash %s is no key', async (_, key) => {
    expect(await chat(gateway, KEY)).toBe(200);
    expect(await chat(gateway, key)).toBe(401);
  });

  test('#35535: the blocked key of an admin is blocked', async () => {
    expect(await chat(gateway, 'sk-blocked-admin')).toBe(401);
  });

  test('CVE-2026-35030: two keys never share what is known of one, whatever they have in common', async () => {
    expect(await chat(gateway, KEY)).toBe(200);
    const others = fc.oneof(
      fc.nat(KEY.length - 1).map((length) => KEY.slice(0, length)),
      fc
        .tuple(fc.nat(KEY.length - 1), fc.constantFrom('x', 'A', '0'))
        .map(([at, letter]) => `${KEY.slice(0, at)}${letter}${KEY.slice(at + 1)}`),
      fc.constantFrom('x', '0', '.').map((more) => `${KEY}${more}`),
    );
    await fc.assert(
      fc.asyncProperty(others, async (other) => {
        if (other !== KEY) expect(await chat(gateway, other)).toBe(401);
      }),
      { numRuns: 60 },
    );
  });
});
