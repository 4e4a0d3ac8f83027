import { chooseTransform } from '@stagegate/core-transforms';
import { createManagement } from '@stagegate/gateway-engine/management';
import { noCredentials, silentLog, systemClock, systemIds, type ManagedCall, type ManagedRoute } from '@stagegate/gateway-engine/ports';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { HTTP_LANES, LANE_FACTORIES, readConfig } from '../src/lanes/lane-factory.ts';

const MASTER_KEY = 'sk-master-of-tests';

const route = (method: ManagedRoute['method'], path: string, access: ManagedRoute['access']): ManagedRoute => ({
  kind: 'managed',
  id: `${method} ${path}`,
  method,
  paths: [path],
  access,
  envelope: 'openai',
  answer: async (call) => {
    seen.push(call);
    return { status: 201, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ path: call.path }) };
  },
});

let seen: ManagedCall[] = [];
const management = createManagement([
  route('POST', '/thing/{name}/new', []),
  route('DELETE', '/thing/{name}/new', []),
  route('GET', '/thing', 'open'),
]);

const neverSent = async (): Promise<never> => Promise.reject(new Error('no provider is asked'));
const deps = {
  config: readConfig({ model_list: [], general_settings: { master_key: MASTER_KEY, max_request_size_mb: 1 } }),
  transforms: chooseTransform,
  upstream: { send: neverSent, close: async () => undefined },
  fetch: neverSent,
  credentials: noCredentials,
  management,
  clock: systemClock,
  ids: systemIds,
  log: silentLog,
};

beforeEach(() => {
  seen = [];
});

describe.each(HTTP_LANES)('%s', async (id) => {
  const { lane, close } = await LANE_FACTORIES[id](deps);
  afterAll(close);
  const ask = (method: string, path: string, init: RequestInit = {}): Promise<Response> =>
    lane.handler(new Request(`http://gateway.test${path}`, { method, headers: { authorization: `Bearer ${MASTER_KEY}` }, ...init }));

  test('a managed route gets its places, its query and its body, and gives its own answer', async () => {
    const answer = await ask('POST', '/thing/a%20b/new?page=2', { body: '{"x":[1]}' });
    expect([answer.status, await answer.json(), answer.headers.get('x-stagegate-lane')]).toStrictEqual([
      201,
      { path: '/thing/a%20b/new' },
      id,
    ]);
    expect(seen.map(({ caller, places, query, body }) => [caller.kind, places, query.get('page'), body])).toStrictEqual([
      ['master-key', { name: 'a b' }, '2', { x: [1] }],
    ]);
    expect((await ask('DELETE', '/thing/c/new')).status).toBe(201);
    expect(seen[1]).toMatchObject({ places: { name: 'c' }, body: {} });
  });

  test('nobody comes in without a key where one is asked for', async () => {
    expect((await ask('POST', '/thing/a/new', { headers: {}, body: '{}' })).status).toBe(401);
    expect((await ask('POST', '/thing/a/new', { headers: { authorization: 'Bearer sk-wrong' }, body: '{}' })).status).toBe(401);
    expect(seen).toStrictEqual([]);
    expect((await ask('GET', '/thing', { headers: {} })).status).toBe(201);
  });

  test('a body that is no object, or too large, goes nowhere', async () => {
    expect((await ask('POST', '/thing/a/new', { body: '[1]' })).status).toBe(400);
    expect((await ask('POST', '/thing/a/new', { body: '{"a":' })).status).toBe(400);
    expect((await ask('POST', '/thing/a/new', { body: `{"a":"${'x'.repeat(1_100_000)}"}` })).status).toBe(413);
    expect(seen).toStrictEqual([]);
  });

  test('another method on its path is 405, and names those there are', async () => {
    const answer = await ask('PUT', '/thing/a/new');
    expect([answer.status, answer.headers.get('allow')?.split(', ').toSorted()]).toStrictEqual([405, ['DELETE', 'POST']]);
  });
});
