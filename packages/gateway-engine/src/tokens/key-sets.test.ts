import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../ports/index.ts';
import { createKeySets, KeySetUnreachable } from './key-sets.ts';

const URLS = ['https://one.test/keys', 'https://two.test/keys'];

let jwk: JWK;
let nowMs = 0;
let sets: Record<string, readonly JWK[] | undefined> = {};
let asked: string[] = [];

beforeAll(async () => {
  jwk = await exportJWK((await generateKeyPair('RS256')).publicKey);
});

beforeEach(() => {
  nowMs = 0;
  asked = [];
  sets = { 'https://one.test/keys': [{ ...jwk, kid: 'a' }], 'https://two.test/keys': [{ ...jwk, kid: 'z' }] };
});

test('a key set stands where the operator says, and where nobody sends on to', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.url);
    if (incoming.url === '/moved') outgoing.writeHead(302, { location: '/keys' }).end();
    else outgoing.end(JSON.stringify({ keys: [{ ...jwk, kid: 'a' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const find = (path: string): unknown =>
    createKeySets({ urls: [`${base}${path}`], freshMs: 1, staleMs: 1, clock: systemClock, createLocalJWKSet, fetch })(
      { alg: 'RS256', kid: 'a' },
      { payload: '', signature: '' },
    );
  await find('/keys');
  await expect(find('/moved')).rejects.toBeInstanceOf(KeySetUnreachable);
  expect(asked).toStrictEqual(['/keys', '/moved']);
  await new Promise((resolve) => server.close(resolve));
});

function keySets(urls: readonly string[] = URLS.slice(0, 1)): (kid: string) => Promise<string> {
  const find = createKeySets({
    urls,
    freshMs: 600_000,
    staleMs: 3_600_000,
    clock: { ...systemClock, nowMs: () => 0, monotonicMs: () => nowMs },
    createLocalJWKSet,
    fetch: async (url) => {
      asked.push(String(url));
      const keys = sets[String(url)];
      return keys === undefined ? new Response('down', { status: 503 }) : Response.json({ keys });
    },
  });
  const token = { payload: '', signature: '' };
  return async (kid) => {
    try {
      await find({ alg: 'RS256', kid }, token);
      return 'found';
    } catch (error) {
      return error instanceof KeySetUnreachable ? 'unreachable' : 'missing';
    }
  };
}

describe('a key set', () => {
  test('is read once while it is fresh, and again after that', async () => {
    const find = keySets();
    expect([await find('a'), await find('a')]).toStrictEqual(['found', 'found']);
    expect(asked.length).toBe(1);
    nowMs = 600_000;
    expect([await find('a'), asked.length]).toStrictEqual(['found', 2]);
  });

  test('is read once for all who wait for it', async () => {
    const find = keySets();
    await Promise.all([find('a'), find('a'), find('a')]);
    expect(asked.length).toBe(1);
  });

  test('that lacks a key is read again, but not for every token that names one', async () => {
    const find = keySets();
    await find('a');
    sets[URLS[0] ?? ''] = [{ ...jwk, kid: 'b' }];
    expect(await find('b')).toBe('missing');
    expect(asked.length).toBe(1);
    nowMs = 30_000;
    expect([await find('b'), asked.length]).toStrictEqual(['found', 2]);
    for (let at = 0; at < 20; at += 1) expect(await find(`made-up-${at}`)).toBe('missing');
    expect(asked.length).toBe(2);
  });

  test('goes on while it cannot be read, for a time, and is not asked for at every token', async () => {
    const find = keySets();
    await find('a');
    sets[URLS[0] ?? ''] = undefined;
    nowMs = 4_199_000;
    expect([await find('a'), await find('a'), asked.length]).toStrictEqual(['found', 'found', 2]);
    nowMs = 4_200_000;
    expect(await find('a')).toBe('unreachable');
    sets[URLS[0] ?? ''] = [{ ...jwk, kid: 'a' }];
    nowMs = 4_202_000;
    expect(await find('a')).toBe('found');
  });

  test('of several the first that has the key; one that cannot be read lets nobody guess', async () => {
    const find = keySets(URLS);
    expect([await find('z'), await find('a'), await find('q')]).toStrictEqual(['found', 'found', 'missing']);
    sets[URLS[0] ?? ''] = undefined;
    expect(await keySets(URLS)('z')).toBe('unreachable');
  });
});
