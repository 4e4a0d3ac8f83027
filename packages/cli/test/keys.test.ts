import { hashKey } from '@stagegate/gateway-engine/auth';
import type { Caller, EndUserGrants, KeyLookup } from '@stagegate/gateway-engine/ports';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caller } from './support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

const FREE = { spend: 0, max: undefined };
const TEAM = { id: 't', alias: undefined, blocked: false, models: [], aliases: {}, accessGroupModels: [], budget: FREE, member: undefined };
const USER = { id: 'user', models: [], budget: FREE, deactivated: false };
const PROJECT = { id: 'p', blocked: false, models: [], budget: FREE };
const CHAT_ALONE = ['chat'];

const CALLERS: Readonly<Record<string, Caller>> = {
  'sk-anything': caller(),
  'sk-chat-only': caller({ models: ['chat'] }),
  'sk-by-another-name': caller({ models: ['chat'], aliases: { ours: 'chat' } }),
  'sk-no-models-route': caller({ allowedRoutes: ['/v1/chat/completions'] }),
  'sk-blocked': caller({ blocked: true }),
  'sk-expired': caller({ expiresMs: Date.UTC(2020, 0, 1) }),
  'sk-spent': caller({ budget: { spend: 2, max: 1 } }),
  'sk-limited-by-nobody': caller({ unenforced: ['key.metadata.guardrails'] }),
  'sk-of-deactivated': caller({ user: { ...USER, deactivated: true } }),
  'sk-of-blocked-team': caller({ team: { ...TEAM, blocked: true, lost: false } }),
  'sk-of-lost-team': caller({ team: { ...TEAM, lost: true } }),
  'sk-of-blocked-project': caller({ project: { ...PROJECT, blocked: true } }),
  'sk-team-models': caller({ team: { ...TEAM, models: CHAT_ALONE, lost: false } }),
  'sk-member-models': caller({ team: { ...TEAM, member: { models: CHAT_ALONE, budget: FREE }, lost: false } }),
  'sk-user-models': caller({ user: { ...USER, models: CHAT_ALONE } }),
  'sk-user-without-models': caller({ user: { ...USER, models: ['no-default-models'] } }),
  'sk-project-models': caller({ project: { ...PROJECT, models: CHAT_ALONE } }),
  'sk-pattern': caller({ models: ['ch*'] }),
  'sk-embeddings-route': caller({ allowedRoutes: ['/v1/embeddings'] }),
};

const CUSTOMERS: Readonly<Record<string, Partial<EndUserGrants>>> = {
  'blocked-customer': { blocked: true },
  'limited-customer': { models: CHAT_ALONE },
  'customer-limited-by-nobody': { unenforced: ['end_user.metadata.guardrails'] },
};

/** A database in memory that answers later, as one does. */
const keys: KeyLookup = {
  find: async (keyHash) => {
    const found = Object.entries(CALLERS).find(([key]) => hashKey(key) === keyHash);
    if (keyHash === hashKey('sk-database-down')) return { kind: 'database-down' };
    return found === undefined ? { kind: 'unknown' } : { kind: 'found', caller: found[1] };
  },
  findEndUser: async (id) => {
    if (id === 'customer-while-down') return { kind: 'database-down' };
    const found = CUSTOMERS[id];
    return found === undefined
      ? { kind: 'unknown' }
      : { kind: 'found', endUser: { id, blocked: false, models: [], budget: FREE, unenforced: [], ...found } };
  },
};

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, configFor(upstream.url), { keys });
  });
  afterAll(() => gateway.close());

  async function chat(key: string, more: object = {}): Promise<{ status: number; body: Record<string, unknown> }> {
    const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }], ...more });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers, body });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  const callers = ['chat-only', 'no-models-route', 'team-models', 'member-models', 'user-models', 'project-models', 'pattern'];
  test.each(['sk-anything', ...callers.map((name) => `sk-${name}`), MASTER_KEY])('%s calls', async (key) => {
    expect(await chat(key)).toMatchObject({ status: 200, body: { object: 'chat.completion' } });
  });

  test.each([
    ['sk-nobody', {}, 401, 'token_not_found_in_db'],
    ['sk-blocked', {}, 401, 'auth_error'],
    ['sk-expired', {}, 401, 'expired_key'],
    ['sk-spent', {}, 422, 'budget_exceeded'],
    ['sk-database-down', {}, 503, 'no_db_connection'],
    ['sk-chat-only', { model: 'messages' }, 403, 'key_model_access_denied'],
    ['sk-chat-only', { fallbacks: ['messages'] }, 403, 'key_model_access_denied'],
    ['sk-chat-only', { model: 'openai/gpt-4o' }, 403, 'key_model_access_denied'],
    ['sk-chat-only', { model: 'chat,messages' }, 403, 'key_model_access_denied'],
    ['sk-pattern', { model: 'messages' }, 403, 'key_model_access_denied'],
    ['sk-by-another-name', { model: 'constructor' }, 403, 'key_model_access_denied'],
    ['sk-team-models', { model: 'messages' }, 403, 'team_model_access_denied'],
    ['sk-member-models', { model: 'messages' }, 403, 'team_model_access_denied'],
    ['sk-user-models', { model: 'messages' }, 403, 'user_model_access_denied'],
    ['sk-user-without-models', {}, 403, 'key_model_access_denied'],
    ['sk-project-models', { model: 'messages' }, 403, 'project_model_access_denied'],
    ['sk-embeddings-route', {}, 403, 'auth_error'],
    ['sk-limited-by-nobody', {}, 403, 'key_limits_not_built'],
    ['sk-of-deactivated', {}, 401, 'auth_error'],
    ['sk-of-blocked-team', {}, 401, 'auth_error'],
    ['sk-of-lost-team', {}, 401, 'auth_error'],
    ['sk-of-blocked-project', {}, 401, 'auth_error'],
    ['sk-anything', { user: 'blocked-customer' }, 401, 'auth_error'],
    ['sk-anything', { user: 'limited-customer', model: 'messages' }, 403, 'customer_model_access_denied'],
    ['sk-anything', { user: 'customer-limited-by-nobody' }, 403, 'key_limits_not_built'],
    ['sk-anything', { user: 'customer-while-down' }, 503, 'no_db_connection'],
    [MASTER_KEY, { user: 'blocked-customer' }, 401, 'auth_error'],
    [MASTER_KEY, { user: 'customer-while-down' }, 503, 'no_db_connection'],
  ])('%s with %j: %i %s, and no provider hears of it', async (key, more, status, type) => {
    const before = upstream.requests.length;
    expect(await chat(key, more)).toMatchObject({ status, body: { error: { type, code: String(status) } } });
    expect(upstream.requests.length).toBe(before);
  });

  test('Anthropic’s clients are refused in their own envelope', async () => {
    const headers = { 'x-api-key': 'sk-chat-only', 'content-type': 'application/json' };
    const body = JSON.stringify({ model: 'messages', max_tokens: 5, messages: [{ role: 'user', content: 'Hello' }] });
    const answer = await fetch(`${gateway.url}/v1/messages`, { method: 'POST', headers, body });
    expect([answer.status, await answer.json()]).toMatchObject([403, { type: 'error', error: { type: 'permission_error' } }]);
  });

  test('a name of the key’s own is answered under that name', async () => {
    expect(await chat('sk-by-another-name', { model: 'ours' })).toMatchObject({ status: 200, body: { model: 'ours' } });
  });

  test('models are listed as far as the caller may use them', async () => {
    const list = async (key: string, path = '/v1/models'): Promise<{ status: number; body: { data?: { id: string }[] } }> => {
      const answer = await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
      return { status: answer.status, body: (await answer.json()) as { data?: { id: string }[] } };
    };
    expect((await list('sk-chat-only')).body.data?.map(({ id }) => id)).toStrictEqual(['chat']);
    expect((await list(MASTER_KEY)).body.data?.length).toBeGreaterThan(1);
    expect((await list('sk-chat-only', '/v1/models/messages')).status).toBe(404);
    expect((await list('sk-chat-only', '/v1/models/chat')).status).toBe(200);
    expect((await list('sk-no-models-route')).status).toBe(403);
    expect((await list('sk-blocked')).status).toBe(401);
  });
});
