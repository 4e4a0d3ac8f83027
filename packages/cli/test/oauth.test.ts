import type { JsonObject } from '@stagegate/core-transforms';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';
import { callerOf, startManagedDatabase, type Answer, type ManagedDatabase } from './support/managed-gateway.ts';
import { CLIENT, startOauthServer, type OauthServer } from './support/oauth-server.ts';

const upstream = await startFakeUpstream();
let database: ManagedDatabase;
let oauth: OauthServer;
let key = '';

beforeAll(async () => {
  oauth = await startOauthServer();
  database = await startManagedDatabase();
  const managing = await startGateway('hono', configFor(upstream.url), database);
  const manage = callerOf(managing.url);
  await manage('POST', '/team/new', { team_id: 'chatters', models: ['chat'] });
  await manage('POST', '/user/new', { user_id: 'chief', user_role: 'proxy_admin', auto_create_key: false });
  await manage('POST', '/user/new', { user_id: 'broke', max_budget: 0, auto_create_key: false });
  key = String((await manage('POST', '/key/generate', {})).body['key']);
  await managing.close();
}, 240_000);

afterAll(async () => {
  await database.close();
  await oauth.close();
  await upstream.close();
});

const BODY = { model: 'chat', messages: [{ role: 'user', content: 'Hello' }] };

describe.each(GATEWAYS)('%s', (lane) => {
  const started: Gateway[] = [];
  const start = async (general: JsonObject, variables: JsonObject = {}, stored = true): Promise<Gateway> => {
    const config = configFor(upstream.url, { environment_variables: variables, general_settings: general });
    const gateway = await (stored ? startGateway(lane, config, database) : startGateway(lane, config));
    started.push(gateway);
    return gateway;
  };
  afterAll(() => Promise.all(started.map(({ close }) => close())));
  const named = (name: string): string => `${name}-${lane}`;
  const chat = async ({ url }: Gateway, token: string, model = 'chat'): Promise<Answer> =>
    callerOf(url)('POST', '/v1/chat/completions', { ...BODY, model }, token);

  describe('an OAuth server that knows tokens', () => {
    const oauthAt = (path: string, more: JsonObject = {}, stored?: boolean): Promise<Gateway> =>
      start({ enable_oauth2_auth: true }, { OAUTH_TOKEN_INFO_ENDPOINT: `${oauth.url}${path}`, ...more }, stored);

    test('lets in whom it names, to models and no further; it never sees a key', async () => {
      const at = await oauthAt('/info');
      oauth.tokens.set(named('good'), { sub: 'ann', team_id: 'chatters', role: 'internal_user' });
      const before = oauth.asked.length;
      for (let call = 0; call < 3; call += 1) expect((await chat(at, named('good'))).status).toBe(200);
      expect(oauth.asked.slice(before)).toStrictEqual([named('good')]);
      expect((await chat(at, named('good'), 'compatible')).status).toBe(403);
      expect((await callerOf(at.url)('GET', '/v1/models', undefined, named('good'))).status).toBe(200);
      expect((await callerOf(at.url)('POST', '/key/generate', {}, named('good'))).status).toBe(403);
      const unknown = await chat(at, named('unknown'));
      expect(unknown).toMatchObject({
        status: 401,
        body: { error: { message: expect.stringContaining('Oauth 2.0 Token validation failed') } },
      });
      expect([
        (await chat(at, key)).status,
        (await chat(at, MASTER_KEY)).status,
        (await chat(at, 'sk-of-nobody-at-all')).status,
      ]).toStrictEqual([200, 200, 401]);
      expect(oauth.asked.filter((token) => token.startsWith('sk-'))).toStrictEqual([]);
    });

    test('says the role, the user and the team by the names that the operator gives; limits of rows hold', async () => {
      const at = await oauthAt('/info', {
        OAUTH_USER_ID_FIELD_NAME: 'uid',
        OAUTH_USER_ROLE_FIELD_NAME: 'kind',
        OAUTH_USER_TEAM_ID_FIELD_NAME: 'crew',
      });
      oauth.tokens.set(named('crew'), { sub: 'broke', uid: 'ann', crew: 'chatters' });
      oauth.tokens.set(named('broke'), { uid: 'broke' });
      oauth.tokens.set(named('king'), { uid: 'ann', kind: 'king' });
      oauth.tokens.set(named('admin'), { uid: 'ann', kind: 'proxy_admin' });
      const answers = [];
      for (const name of ['crew', 'broke', 'king', 'admin']) answers.push((await chat(at, named(name))).status);
      expect(answers).toStrictEqual([200, 422, 401, 200]);
      expect((await callerOf(at.url)('POST', '/user/new', {}, named('admin'))).status).toBe(403);
    });

    test('is asked as RFC 7662 has it where the gateway has credentials: what is not said to be active is not', async () => {
      const at = await oauthAt('/introspect', { OAUTH_CLIENT_ID: CLIENT.id, OAUTH_CLIENT_SECRET: CLIENT.secret });
      oauth.tokens.set(named('active'), { active: true, sub: 'ann', exp: 9_999_999_999 });
      oauth.tokens.set(named('gone'), { active: false, sub: 'ann' });
      oauth.tokens.set(named('silent'), { sub: 'ann' });
      oauth.tokens.set(named('over'), { active: true, sub: 'ann', exp: 1_000 });
      const answers = [];
      for (const name of ['active', 'gone', 'silent', 'over']) answers.push((await chat(at, named(name))).status);
      expect(answers).toStrictEqual([200, 401, 401, 401]);
    });

    test('that does not answer lets nobody in, and refuses nobody for good', async () => {
      const at = await oauthAt('/info', {}, false);
      oauth.tokens.set(named('later'), 503);
      expect(await chat(at, named('later'))).toMatchObject({ status: 503, body: { error: { type: 'auth_provider_unavailable' } } });
      oauth.tokens.set(named('later'), { sub: 'ann' });
      // Without a database too.
      expect((await chat(at, named('later'))).status).toBe(200);
    });
  });

  describe('a proxy in front that says who calls', () => {
    const MAPPINGS = { user_id: 'X-User', team_id: 'X-Team', models: 'X-Models' };
    const proxied = (ranges: JsonObject[string], stored?: boolean): Promise<Gateway> =>
      start({ enable_oauth2_proxy_auth: true, oauth2_config_mappings: MAPPINGS, trusted_proxy_ranges: ranges ?? null }, {}, stored);
    const ask = async ({ url }: Gateway, headers: Record<string, string>, body: JsonObject = BODY): Promise<number> => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
      return (await fetch(`${url}/v1/chat/completions`, init)).status;
    };

    test('is believed of the addresses that are trusted, and names somebody', async () => {
      const at = await proxied(['127.0.0.0/8', '::1']);
      expect(await ask(at, { 'x-user': 'ann' })).toBe(200);
      expect(await ask(at, { 'x-user': 'ann', 'x-team': 'chatters' }, { ...BODY, model: 'compatible' })).toBe(403);
      expect(await ask(at, { 'x-user': 'ann', 'x-models': 'compatible, messages' })).toBe(403);
      expect(await ask(at, { 'x-user': 'ann', 'x-models': 'chat, messages' })).toBe(200);
      expect(await ask(at, { 'x-user': 'broke' })).toBe(422);
      expect(await ask(at, {})).toBe(401);
      expect(await ask(at, { 'x-models': 'chat' })).toBe(401);
      const made = { method: 'POST', headers: { 'content-type': 'application/json', 'x-user': 'chief' }, body: '{}' };
      expect((await fetch(`${at.url}/key/generate`, made)).status).toBe(200);
      expect((await fetch(`${at.url}/key/generate`, { ...made, headers: { ...made.headers, 'x-user': 'ann' } })).status).not.toBe(200);
      // A body that nobody holds for a stranger.
      const long = { ...BODY, messages: [{ role: 'user', content: 'x'.repeat(200_000) }] };
      expect(await ask(at, { 'x-user': 'ann' }, long)).toBe(200);
    });

    test('of any other address is nobody, whatever it says; keys go on working', async () => {
      const at = await proxied('192.0.2.0/24, 2001:db8::/32');
      const forged = { 'x-user': 'chief', 'x-forwarded-for': '192.0.2.1' };
      expect(await ask(at, forged)).toBe(401);
      expect((await fetch(`${at.url}/key/list`, { headers: forged })).status).toBe(401);
      expect([await ask(at, { authorization: `Bearer ${key}` }), await ask(at, { authorization: `Bearer ${MASTER_KEY}` })]).toStrictEqual([
        200, 200,
      ]);
    });

    test('does so without a database', async () => {
      const at = await proxied(['127.0.0.1', '::1'], false);
      expect([await ask(at, { 'x-user': 'ann', 'x-team': 'anything' }), await ask(at, {})]).toStrictEqual([200, 401]);
    });
  });
});
