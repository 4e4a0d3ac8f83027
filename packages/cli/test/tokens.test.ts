import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import { tables } from '@stagegate/gateway-engine/store';
import { startFakeUpstream } from '@stagegate/testbed';
import { generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';
import { AUDIENCE, startIdentityProvider, type IdentityProvider } from './support/identity-provider.ts';
import { callerOf, startManagedDatabase, type Answer, type ManagedDatabase } from './support/managed-gateway.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const upstream = await startFakeUpstream();
let database: ManagedDatabase;
let provider: IdentityProvider;
let managing: Gateway;

/** What an operator who uses all of it would write. */
const SETTINGS = {
  admin_jwt_scope: 'our-admins',
  user_id_jwt_field: 'sub',
  user_email_jwt_field: 'email',
  team_ids_jwt_field: 'groups',
  org_id_jwt_field: 'org',
  end_user_id_jwt_field: 'for.customer',
};

beforeAll(async () => {
  provider = await startIdentityProvider();
  database = await startManagedDatabase();
  managing = await startGateway('hono', configFor(upstream.url), database);
  const manage = callerOf(managing.url);
  const made = [
    await manage('POST', '/user/new', {
      user_id: 'ann',
      user_email: 'ann@example.com',
      user_role: 'internal_user',
      auto_create_key: false,
    }),
    await manage('POST', '/user/new', { user_id: 'chief', user_role: 'proxy_admin', auto_create_key: false }),
    await manage('POST', '/team/new', { team_id: 'chatters', models: ['chat'] }),
    await manage('POST', '/team/new', { team_id: 'writers', models: ['messages'] }),
    await manage('POST', '/team/new', { team_id: 'hurried', models: ['chat'], rpm_limit: 1 }),
    await manage('POST', '/customer/new', { user_id: 'blocked-customer', blocked: true }),
    await manage('POST', '/customer/block', { user_ids: ['blocked-customer'] }),
  ];
  expect(made.map(({ status, body }) => (status === 200 ? 200 : body))).toStrictEqual(made.map(() => 200));
});

afterAll(async () => {
  await managing.close();
  await database.close();
  await provider.close();
  await upstream.close();
});

function configWith(settings: JsonObject, keyUrl = `${provider.url}/keys`, general: JsonObject = {}, more: JsonObject = {}): JsonObject {
  return configFor(upstream.url, {
    environment_variables: { JWT_PUBLIC_KEY_URL: keyUrl, JWT_AUDIENCE: AUDIENCE, JWT_ISSUER: provider.url },
    general_settings: { enable_jwt_auth: true, litellm_jwtauth: settings, ...general },
    ...more,
  });
}

describe.each(GATEWAYS)('%s', (lane) => {
  const started: Gateway[] = [];
  const start = async (
    settings: JsonObject = SETTINGS,
    keyUrl?: string,
    ...more: readonly [general?: JsonObject, others?: JsonObject]
  ): Promise<Gateway> => {
    const gateway = await startGateway(lane, configWith(settings, keyUrl, ...more), database);
    started.push(gateway);
    return gateway;
  };
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await start();
  });
  afterAll(() => Promise.all(started.map(({ close }) => close())));

  const chat = async (token: string, model = 'chat', { url }: Gateway = gateway): Promise<Answer> =>
    callerOf(url)('POST', '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }] }, token);
  const status = async (claims: JsonObject, model?: string, at?: Gateway): Promise<number> =>
    (await chat(await provider.sign(claims), model, at)).status;

  test('a user’s token lets him in, and keys go on working', async () => {
    expect(await status({ sub: 'ann' })).toBe(200);
    expect((await chat(MASTER_KEY)).status).toBe(200);
    const info = await callerOf(gateway.url)('GET', '/v1/models', undefined, await provider.sign({ sub: 'ann' }));
    expect(info.status).toBe(200);
  });

  test('a user by his e-mail address; a stranger is refused, unless the operator adds those who come', async () => {
    expect(await status({ sub: 'ann-at-the-provider', email: 'Ann@example.com' })).toBe(200);
    const stranger = await chat(await provider.sign({ sub: `stranger-${lane}` }));
    expect([stranger.status, stranger.body]).toMatchObject([
      401,
      {
        error: {
          message: `Authentication Error, User doesn't exist in db. 'user_id'=stranger-${lane}. Create user via \`/user/new\` call.`,
        },
      },
    ]);
    const open = await start({ ...SETTINGS, user_id_upsert: true });
    expect(await status({ sub: `stranger-${lane}` }, 'chat', open)).toBe(200);
    const found = await callerOf(managing.url)('GET', `/user/info?user_id=stranger-${lane}`);
    expect(found.body).toMatchObject({ user_info: { user_role: 'internal_user' } });
  });

  test('of several teams the first that may have the model is asked; a team that is gone is none', async () => {
    const claims = { sub: 'ann', groups: ['nowhere', 'chatters', 'writers'] };
    expect(await status(claims, 'chat')).toBe(200);
    expect(await status(claims, 'compatible')).toBe(403);
    const answer = await callerOf(gateway.url)(
      'POST',
      '/v1/messages',
      { model: 'messages', max_tokens: 5, messages: [{ role: 'user', content: 'Hello' }] },
      await provider.sign(claims),
    );
    expect(answer.status).toBe(200);
    expect(await status({ sub: 'ann', groups: ['nowhere'] })).toBe(401);
  });

  test('a team’s limits hold for tokens too, and a blocked team is refused at once', async () => {
    const manage = callerOf(managing.url);
    const limited = await start({ team_id_jwt_field: 'team' });
    expect(await status({ team: 'hurried' }, 'chat', limited)).toBe(200);
    expect(await status({ team: 'hurried' }, 'chat', limited)).toBe(429);
    const token = await provider.sign({ team: 'chatters' });
    expect((await chat(token, 'chat', limited)).status).toBe(200);
    await manage('POST', '/team/block', { team_id: 'chatters' });
    expect((await chat(token, 'chat', limited)).status).toBe(401);
    await manage('POST', '/team/unblock', { team_id: 'chatters' });
    expect((await chat(token, 'chat', limited)).status).toBe(200);
  });

  test('an admin by his scope manages, and calls no model unless the operator says so', async () => {
    const token = await provider.sign({ sub: 'boss', scope: 'openid our-admins' });
    expect((await callerOf(gateway.url)('GET', '/team/list', undefined, token)).status).toBe(200);
    expect((await chat(token)).status).toBe(403);
    const open = await start({ ...SETTINGS, admin_allowed_routes: ['openai_routes'] });
    expect((await chat(token, 'chat', open)).status).toBe(200);
    const users = await provider.sign({ sub: 'ann', scope: 'openid' });
    expect((await callerOf(gateway.url)('GET', '/user/list', undefined, users)).status).toBe(403);
    expect((await callerOf(gateway.url)('GET', '/user/list', undefined, await provider.sign({ sub: 'chief' }))).status).toBe(200);
  });

  test('scopes, roles, domains and customers', async () => {
    const scoped = await start({
      ...SETTINGS,
      enforce_scope_based_access: true,
      scope_mappings: [{ scope: 'chat', models: ['chat'] }, { scope: 'nothing' }],
    });
    expect(await status({ sub: 'ann', scope: 'chat' }, 'chat', scoped)).toBe(200);
    const message = "The requested model 'compatible' is not available for this API key, or the model name is invalid. ";
    expect(await chat(await provider.sign({ sub: 'ann', scope: 'chat' }), 'compatible', scoped)).toMatchObject({
      status: 403,
      body: { error: { type: 'auth_error', param: 'None', code: '403', message: expect.stringContaining(`{'error': "${message}`) } },
    });
    expect(await status({ sub: 'ann', scope: 'nothing' }, 'chat', scoped)).toBe(403);
    const strict = await start({ enforce_rbac: true, user_roles_jwt_field: 'roles', user_allowed_roles: ['caller'] });
    expect(await status({ roles: ['other'] }, 'chat', strict)).toBe(403);
    const mapped = await start({
      enforce_rbac: true,
      roles_jwt_field: 'roles',
      role_mappings: [{ role: 'machine', internal_role: 'team' }],
      object_id_jwt_field: 'object',
    });
    expect(await status({ roles: ['machine'], object: 'chatters' }, 'chat', mapped)).toBe(200);
    expect(await status({ roles: ['machine'], object: 'chatters' }, 'compatible', mapped)).toBe(403);
    const domain = await start({ ...SETTINGS, user_allowed_email_domain: 'example.com' });
    expect(await status({ sub: 'ann', email: 'ann@example.com' }, 'chat', domain)).toBe(200);
    expect(await status({ sub: 'ann', email: 'ann@example.com.evil.org' }, 'chat', domain)).toBe(403);
    expect(await status({ sub: 'ann', for: { customer: 'blocked-customer' } })).toBe(401);
    const teams = await start({ ...SETTINGS, enforce_team_based_model_access: true });
    expect(await status({ sub: 'ann' }, 'chat', teams)).toBe(403);
  });

  test('what roles may, where roles are enforced: models by their names, and routes; an admin’s too', async () => {
    const role_permissions = [
      { role: 'internal_user', models: ['chat'], routes: ['/v1/chat/completions', 'info_routes'] },
      { role: 'proxy_admin', routes: ['/team/list'] },
    ];
    const roles = { ...SETTINGS, enforce_rbac: true };
    const at = await start(roles, undefined, { role_permissions });
    expect(await status({ sub: 'ann' }, 'chat', at)).toBe(200);
    expect(await chat(await provider.sign({ sub: 'ann' }), 'compatible', at)).toMatchObject({
      status: 403,
      body: {
        error: {
          type: 'auth_error',
          param: 'None',
          code: '403',
          message: expect.stringMatching(/^The requested model 'compatible' is not/u),
        },
      },
    });
    const token = await provider.sign({ sub: 'ann' });
    const body = { model: 'chat', messages: [{ role: 'user', content: 'Hello' }], fallbacks: ['compatible'] };
    expect((await callerOf(at.url)('POST', '/v1/chat/completions', body, token)).status).toBe(403);
    expect(await callerOf(at.url)('POST', '/chat/completions', body, token)).toMatchObject({ status: 403 });
    expect(await callerOf(at.url)('POST', '/v1/responses', { model: 'chat', input: 'Hello' }, token)).toMatchObject({
      status: 403,
      body: {
        error: {
          message: expect.stringContaining(
            "Role=internal_user not allowed to call route=/v1/responses. Allowed routes=['/v1/chat/completions', 'info_routes']",
          ),
        },
      },
    });
    expect((await callerOf(at.url)('GET', '/global/activity', undefined, token)).status).toBe(403);
    const boss = await provider.sign({ sub: 'boss', scope: 'our-admins' });
    expect((await callerOf(at.url)('GET', '/team/list', undefined, boss)).status).toBe(200);
    expect((await callerOf(at.url)('GET', '/user/list', undefined, boss)).status).toBe(403);
    const idle = await start(SETTINGS, undefined, { role_permissions });
    expect(await status({ sub: 'ann' }, 'compatible', idle)).toBe(200);
  });

  test('whoever is neither a user nor of a team comes in, unless the operator asks for one', async () => {
    const fields = { team_ids_jwt_field: 'groups' };
    expect(await status({}, 'chat', await start(fields))).toBe(200);
    const strict = await start(fields, undefined, { enforce_rbac: true });
    expect(await chat(await provider.sign({}), 'chat', strict)).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining('No user or team id found in token.') } },
    });
    expect(await status({ groups: ['chatters'] }, 'chat', strict)).toBe(200);
  });

  test('the provider’s keys: by discovery, read once for many tokens, and kept while it is down', async () => {
    const own = await startIdentityProvider();
    const config = configWith(SETTINGS, `${own.url}/.well-known/openid-configuration`);
    const variables = { ...(config['environment_variables'] as JsonObject), JWT_ISSUER: own.url };
    const there = await startGateway(lane, { ...config, environment_variables: variables }, database);
    started.push(there);
    const first = await own.sign({ sub: 'ann' });
    expect((await chat(first, 'chat', there)).status).toBe(200);
    expect((await chat(await own.sign({ sub: 'ann', n: 1 }), 'chat', there)).status).toBe(200);
    expect(own.asked).toStrictEqual(['/.well-known/openid-configuration', '/keys']);
    own.setDown(true);
    expect((await chat(await own.sign({ sub: 'ann', n: 2 }), 'chat', there)).status).toBe(200);
    await own.close();
  });

  test('while nobody has the keys, a token is 503 and no guess', async () => {
    const gone = await startIdentityProvider();
    const nowhere = await start(SETTINGS, `${gone.url}/keys`);
    gone.setDown(true);
    const answer = await chat(await provider.sign({ sub: 'ann' }), 'chat', nowhere);
    expect([answer.status, answer.body]).toMatchObject([503, { error: { type: 'auth_provider_unavailable' } }]);
    await gone.close();
  });

  describe('a claim that stands for a key', () => {
    const MAPPED = { ...SETTINGS, user_id_upsert: false, virtual_key_claim_field: 'client.id' };
    const manage: ReturnType<typeof callerOf> = (...call) => callerOf(managing.url)(...call);
    const client = (name: string): string => `${name}-${lane}`;
    const claimsOf = (name: string): JsonObject => ({ sub: 'nobody', client: { id: client(name) } });
    /** A key, and a mapping to it. */
    async function map(name: string, more: JsonObject = {}): Promise<{ readonly key: string; readonly id: string }> {
      const made = await manage('POST', '/key/generate', { models: ['chat'], key_alias: client(name), ...more });
      const key = String(made.body['key']);
      const mapping = { jwt_claim_name: 'client.id', jwt_claim_value: client(name), key };
      const mapped = await manage('POST', '/jwt/key/mapping/new', mapping);
      expect([made.status, mapped.status]).toStrictEqual([200, 200]);
      return { key, id: String(mapped.body['id']) };
    }

    test('is that key, in what it may and what it costs', async () => {
      const at = await start({ ...MAPPED, user_allowed_email_domain: 'example.com' });
      const { key } = await map('works', { rpm_limit: 2 });
      expect(await status(claimsOf('works'), 'compatible', at)).toBe(403);
      expect(await status(claimsOf('works'), 'chat', at)).toBe(200);
      expect((await chat(key, 'chat', at)).status).toBe(200);
      expect(await status(claimsOf('works'), 'chat', at)).toBe(429);
      const own = await callerOf(at.url)('GET', '/key/info', undefined, await provider.sign(claimsOf('works')));
      expect(own.body).toMatchObject({ info: { key_alias: client('works') } });
    });

    test('without a mapping it is a token like any other, or none', async () => {
      const open = await start(MAPPED);
      expect(await status({ ...claimsOf('unmapped'), sub: 'ann' }, 'chat', open)).toBe(200);
      expect(await status(claimsOf('unmapped'), 'chat', open)).toBe(401);
      const strict = await start({ ...MAPPED, unregistered_jwt_client_behavior: 'reject' });
      const refused = await chat(await provider.sign({ ...claimsOf('unmapped'), sub: 'ann' }), 'chat', strict);
      expect(refused).toMatchObject({
        status: 403,
        body: {
          error: { message: expect.stringContaining(`No registered mapping for client.id='${client('unmapped')}'. Access denied.`) },
        },
      });
      for (const claims of [{ sub: 'ann' }, { sub: 'ann', client: { id: [client('strict')] } }]) {
        expect(await chat(await provider.sign(claims), 'chat', strict)).toMatchObject({
          status: 403,
          body: { error: { message: expect.stringContaining("Required claim 'client.id' is missing from the JWT. Access denied.") } },
        });
      }
      await map('strict');
      expect(await status(claimsOf('strict'), 'chat', strict)).toBe(200);
      const forged = await provider.sign(claimsOf('strict'), {}, (await generateKeyPair('RS256')).privateKey);
      expect((await chat(forged, 'chat', strict)).status).toBe(401);
    });

    test('a key that is blocked, expired, or gone lets nobody in, from the next call on', async () => {
      const strict = await start({ ...MAPPED, unregistered_jwt_client_behavior: 'reject' });
      const { key, id } = await map('ends');
      const token = await provider.sign(claimsOf('ends'));
      const now = async (): Promise<number> => (await chat(token, 'chat', strict)).status;
      expect(await now()).toBe(200);
      await manage('POST', '/key/block', { key });
      expect(await now()).toBe(401);
      await manage('POST', '/key/unblock', { key });
      expect(await now()).toBe(200);
      await manage('POST', '/jwt/key/mapping/update', { id, is_active: false });
      expect(await now()).toBe(403);
      await manage('POST', '/jwt/key/mapping/update', { id, is_active: true });
      expect(await now()).toBe(200);
      const next = await manage('POST', `/key/${key}/regenerate`, {});
      expect([next.status, await now(), (await chat(key, 'chat', strict)).status]).toStrictEqual([200, 200, 401]);
      await database.ask((asked) => tables.keys.update(asked, { key_alias: client('ends') }, { expires: new Date(1) }));
      await manage('POST', '/key/update', { key: String(next.body['key']), metadata: {} });
      expect(await chat(token, 'chat', strict)).toMatchObject({ status: 401, body: { error: { type: 'expired_key' } } });
      await manage('POST', '/key/delete', { keys: [String(next.body['key'])] });
      expect(await now()).toBe(403);
      expect((await manage('GET', `/jwt/key/mapping/info?id=${id}`)).status).toBe(404);
    });

    test('another key, none any more, and what is no mapping', async () => {
      const strict = await start({ ...MAPPED, unregistered_jwt_client_behavior: 'reject' });
      const { key, id } = await map('moves');
      const { key: other } = await map('moves-to', { models: ['compatible'] });
      const now = (): Promise<number> => status(claimsOf('moves'), 'chat', strict);
      expect(await now()).toBe(200);
      const again = { jwt_claim_name: 'client.id', jwt_claim_value: client('moves'), key: other };
      expect((await manage('POST', '/jwt/key/mapping/new', again)).status).toBe(409);
      const moved = await manage('POST', '/jwt/key/mapping/update', { id, key: other, description: 'moved' });
      expect(moved.body).toMatchObject({ id, jwt_issuer: null, jwt_claim_value: client('moves'), description: 'moved', is_active: true });
      expect(JSON.stringify(moved.body)).not.toContain(hashKey(other));
      expect(await now()).toBe(403);
      expect((await manage('POST', '/jwt/key/mapping/update', { id, token: hashKey(key) })).status).toBe(200);
      expect(await now()).toBe(200);
      const wrong: readonly [JsonObject, number][] = [
        [{ ...again, jwt_claim_value: 'x', token: hashKey(other) }, 400],
        [{ ...again, jwt_claim_value: 'x', key: null }, 400],
        [{ ...again, jwt_claim_value: 'x', key: 'sk-of-nobody' }, 400],
        [{ ...again, jwt_claim_value: 'x', key: null, token: other }, 400],
        [{ jwt_claim_value: 'x', key: other }, 422],
      ];
      for (const [body, expected] of wrong)
        expect([body, (await manage('POST', '/jwt/key/mapping/new', body)).status]).toStrictEqual([body, expected]);
      const listed = await manage('GET', '/jwt/key/mapping/list?size=1');
      expect(listed.body).toMatchObject({ mappings: [{ jwt_claim_value: client('moves-to') }], current_page: 1 });
      expect((await manage('POST', '/jwt/key/mapping/delete', { id })).body).toStrictEqual({ status: 'success' });
      expect(await now()).toBe(403);
      expect((await manage('POST', '/jwt/key/mapping/delete', { id })).status).toBe(404);
    });

    test('of one issuer comes before that of all; a token of another has the other', async () => {
      const other = await startIdentityProvider();
      const issuers = [
        {
          issuer: other.url,
          jwks_url: `${other.url}/keys`,
          audience: 'theirs',
          virtual_key_claim_field: 'client.id',
          user_id_jwt_field: 'uid',
        },
      ];
      const both = await start({ ...MAPPED, issuers, unregistered_jwt_client_behavior: 'reject' });
      const { id } = await map('shared', { models: ['compatible'] });
      const theirs = (claims: JsonObject): Promise<string> => other.sign({ aud: 'theirs', ...claims });
      const answers = async (): Promise<readonly number[]> => [
        (await chat(await theirs(claimsOf('shared')), 'chat', both)).status,
        await status(claimsOf('shared'), 'chat', both),
      ];
      expect(await answers()).toStrictEqual([403, 403]);
      const own = await manage('POST', '/key/generate', { models: ['chat'] });
      const scoped = {
        jwt_claim_name: 'client.id',
        jwt_claim_value: client('shared'),
        jwt_issuer: other.url,
        key: String(own.body['key']),
      };
      const mapped = await manage('POST', '/jwt/key/mapping/new', scoped);
      expect(mapped).toMatchObject({ status: 200, body: { jwt_issuer: other.url } });
      expect((await manage('POST', '/jwt/key/mapping/new', scoped)).body).toMatchObject({
        detail: expect.stringContaining(`already exists for issuer '${other.url}'`),
      });
      expect(await answers()).toStrictEqual([200, 403]);
      await manage('POST', '/jwt/key/mapping/update', { id: String(mapped.body['id']), is_active: false });
      expect(await answers()).toStrictEqual([403, 403]);
      await manage('POST', '/jwt/key/mapping/delete', { id });

      // What one issuer signs is no token of the other, whatever it says of itself.
      const open = await start({ ...MAPPED, issuers });
      expect((await chat(await theirs({ uid: 'ann', sub: 'nobody' }), 'chat', open)).status).toBe(200);
      expect((await chat(await theirs({ uid: 'nobody', sub: 'ann' }), 'chat', open)).status).toBe(401);
      const forged = [provider.sign({ iss: other.url, aud: 'theirs', uid: 'ann' }), other.sign({ iss: provider.url, sub: 'ann' })];
      for (const token of [...forged, other.sign({ uid: 'ann' })]) expect((await chat(await token, 'chat', open)).status).toBe(401);
      await other.close();
    });

    describe('auto_register', () => {
      const REGISTERS = { ...MAPPED, unregistered_jwt_client_behavior: 'auto_register' };
      const mappingsOf = (name: string): Promise<number> =>
        database.ask((asked) => tables.keyMappings.count(asked, { jwt_claim_value: client(name) }));

      test('gives whom his claims let in a key of his own, once, and nobody else', async () => {
        const at = await start({ ...REGISTERS, user_allowed_email_domain: 'example.com' }, undefined, undefined, {
          litellm_settings: { store_audit_logs: true },
        });
        const claims = { ...claimsOf('registers'), sub: 'ann', groups: ['chatters'], email: 'ann@example.com' };
        const answers = await Promise.all(Array.from({ length: 5 }, async () => chat(await provider.sign(claims), 'chat', at)));
        expect(answers.map((answer) => answer.status)).toStrictEqual([200, 200, 200, 200, 200]);
        expect(await mappingsOf('registers')).toBe(1);
        const own = await callerOf(at.url)('GET', '/key/info', undefined, await provider.sign(claims));
        expect(own.body).toMatchObject({
          info: {
            user_id: 'ann',
            team_id: 'chatters',
            metadata: { auto_registered: true, jwt_claim_field: 'client.id', jwt_claim_value: client('registers') },
          },
        });
        const listed = await database.ask((asked) =>
          tables.keys.list(asked, { user_id: 'ann', team_id: 'chatters' }, { sortBy: 'token', limit: 1000 }),
        );
        const made = listed.filter(({ metadata }) => JSON.stringify(metadata).includes(client('registers')));
        expect(made).toHaveLength(1);
        const audits = await database.ask((asked) =>
          tables.auditLogs.list(asked, { object_id: made[0]?.token ?? '' }, { sortBy: 'updated_at', limit: 9 }),
        );
        expect(audits).toMatchObject([{ action: 'created', changed_by: 'auto_register', updated_values: { user_id: 'ann' } }]);
        // The key was chosen by nobody: the policy of tokens goes on holding.
        expect(await status({ ...claims, email: 'ann@elsewhere.org' }, 'chat', at)).toBe(403);
        expect(await status({ ...claimsOf('stranger'), email: 'x@elsewhere.org' }, 'chat', at)).toBe(403);
        expect(await status({ sub: 'ann', email: 'ann@example.com' }, 'chat', at)).toBe(403);
        expect(await mappingsOf('stranger')).toBe(0);
      });

      test('an admin has none; one that is switched off stays so', async () => {
        const at = await start(REGISTERS);
        const admin = { ...claimsOf('admin'), scope: 'our-admins' };
        const teams = await callerOf(at.url)('GET', '/team/list', undefined, await provider.sign(admin));
        expect([teams.status, await mappingsOf('admin')]).toStrictEqual([200, 0]);
        const claims = { ...claimsOf('switched'), sub: 'ann' };
        expect(await status(claims, 'chat', at)).toBe(200);
        const rows = await database.ask((asked) =>
          tables.keyMappings.list(asked, { jwt_claim_value: client('switched') }, { sortBy: 'id', limit: 2 }),
        );
        expect(rows).toMatchObject([{ created_by: 'auto_register', is_active: true }]);
        await manage('POST', '/jwt/key/mapping/update', { id: rows[0]?.id ?? '', is_active: false });
        expect(await status(claims, 'chat', at)).toBe(403);
        expect(await mappingsOf('switched')).toBe(1);
      });

      test('a key goes no further than the token that it was made for', async () => {
        const scopes = { scope_mappings: [{ scope: 'chat', models: ['chat'] }], enforce_scope_based_access: true };
        const at = await start({ ...REGISTERS, ...scopes });
        const claims = { ...claimsOf('scoped'), sub: 'ann', scope: 'chat' };
        expect([await status(claims, 'chat', at), await status(claims, 'compatible', at)]).toStrictEqual([200, 403]);
        expect(await status({ ...claimsOf('scopeless'), sub: 'ann' }, 'chat', at)).toBe(403);
        const team = await provider.sign({ ...claimsOf('machine'), sub: undefined, groups: ['chatters'], scope: 'chat' } as JsonObject);
        expect((await chat(team, 'chat', at)).status).toBe(200);
        expect((await callerOf(at.url)('POST', '/key/generate', {}, team)).status).toBe(403);
      });

      test('maps a key that its user has already, where that is asked for', async () => {
        const user = client('owner');
        const own = await manage('POST', '/user/new', { user_id: user, auto_create_key: false });
        const key = await manage('POST', '/key/generate', { user_id: user, key_alias: `own-${user}`, models: ['chat'] });
        expect([own.status, key.status]).toStrictEqual([200, 200]);
        // Newer ones, none of which is for his calls: one that ends, is blocked, calls no model, or was made for a token.
        for (const [name, more] of Object.entries({
          ends: { duration: '1d' },
          blocked: { blocked: true },
          reads: { allowed_routes: ['info_routes'] },
          made: { metadata: { auto_registered: true } },
        })) {
          const other = await manage('POST', '/key/generate', { user_id: user, key_alias: `${name}-${user}`, ...more });
          expect(other.status).toBe(200);
        }
        const at = await start({ ...REGISTERS, virtual_key_claim_field: 'sub', auto_register_map_existing_key: true });
        const token = await provider.sign({ sub: user });
        expect((await chat(token, 'chat', at)).status).toBe(200);
        const shown = await callerOf(at.url)('GET', '/key/info', undefined, token);
        expect(shown.body).toMatchObject({ info: { key_alias: `own-${user}` } });
      });
    });
  });
});
