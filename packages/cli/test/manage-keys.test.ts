import { hashKey } from '@stagegate/gateway-engine/auth';
import type { JsonObject } from '@stagegate/core-transforms';
import { tables } from '@stagegate/gateway-engine/store';
import { expect, test } from 'vitest';
import { configFor, startGateway } from './support/gateway.ts';
import { callerOf, describeManaged, type Answer, type ManagedDatabase } from './support/managed-gateway.ts';

const prepare = async (database: ManagedDatabase): Promise<void> => {
  await database.ask(async (connection) => {
    for (const [id, role] of [
      ['ann', 'internal_user'],
      ['bob', 'internal_user'],
      ['tia', 'internal_user'],
      ['eve', 'proxy_admin_viewer'],
    ] as const) {
      await tables.users.insert(connection, {
        user_id: id,
        user_role: role,
        teams: id === 'ann' || id === 'tia' ? ['crew'] : [],
        models: [],
      });
    }
    const members = [
      { user_id: 'tia', user_email: null, role: 'admin' },
      { user_id: 'ann', user_email: null, role: 'user' },
    ];
    await tables.teams.insert(connection, { team_id: 'crew', team_alias: 'Crew', models: [], members_with_roles: members });
  });
};

describeManaged(
  (at) => {
    const { lane, api } = at;
    const make = async (body: JsonObject = {}, by?: string): Promise<JsonObject> => {
      const answer = await api('POST', '/key/generate', body, by);
      expect([answer.status, answer.body['error']]).toStrictEqual([200, undefined]);
      return answer.body;
    };
    const keyOf = async (body: JsonObject = {}, by?: string): Promise<string> => String((await make(body, by))['key']);
    const chat = (key: string, model = 'chat'): Promise<Answer> => at.chat(key, { model });
    const rowOf = (key: string): Promise<object | undefined> =>
      at.database.ask((connection) => tables.keys.find(connection, { token: hashKey(key) }));

    test('a key is made, used, limited, blocked, let in again, rotated and deleted', async () => {
      const made = await make({
        key_alias: `life-${lane}`,
        models: ['chat'],
        max_budget: 5,
        duration: '1h',
        metadata: { note: 'x' },
        tags: ['a'],
      });
      const key = String(made['key']);
      expect(made).toMatchObject({
        key: expect.stringMatching(/^sk-[\w-]{22}$/u),
        key_name: `sk-...${key.slice(-4)}`,
        token: hashKey(key),
        token_id: hashKey(key),
        models: ['chat'],
        max_budget: 5,
        spend: 0,
        metadata: { note: 'x', tags: ['a'] },
        expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/u),
        user_id: null,
        created_by: 'default_user_id',
      });
      expect((await chat(key)).status).toBe(200);
      expect((await chat(key, 'messages')).body).toMatchObject({ error: { type: 'key_model_access_denied', code: '403' } });

      expect(await api('POST', '/key/update', { key, models: ['messages'], metadata: { note: 'y' } })).toMatchObject({
        status: 200,
        body: { key, models: ['messages'], metadata: { note: 'y' } },
      });
      expect((await chat(key)).status).toBe(403);
      expect((await api('POST', '/key/update', { key, models: [] })).status).toBe(200);
      expect((await chat(key)).status).toBe(200);

      expect(await api('POST', '/key/block', { key })).toMatchObject({ status: 200, body: { token: hashKey(key), blocked: true } });
      expect((await chat(key)).status).toBe(401);
      expect(await api('GET', `/key/info?key=${key}`)).toMatchObject({
        body: { key, info: { status: 'revoked', key_alias: `life-${lane}` } },
      });
      expect((await api('POST', '/key/unblock', { key: hashKey(key) })).status).toBe(200);
      expect((await chat(key)).status).toBe(200);

      const rotated = await api('POST', `/key/${hashKey(key)}/regenerate`, { grace_period: '1h' });
      const next = String(rotated.body['key']);
      expect(rotated).toMatchObject({ status: 200, body: { token_id: hashKey(next), key_alias: `life-${lane}`, max_budget: 5 } });
      expect([(await chat(next)).status, (await chat(key)).status]).toStrictEqual([200, 200]);
      const last = String((await api('POST', '/key/regenerate', { key: next })).body['key']);
      expect([(await chat(last)).status, (await chat(next)).status, (await chat(key)).status]).toStrictEqual([200, 401, 200]);
      // While its grace lasts a key is what came after it, blocked too.
      for (const [path, status] of [
        ['/key/block', 401],
        ['/key/unblock', 200],
      ] as const) {
        expect((await api('POST', path, { key: last })).status).toBe(200);
        expect([(await chat(last)).status, (await chat(key)).status]).toStrictEqual([status, status]);
      }

      expect(await api('POST', '/key/delete', { keys: [last] })).toStrictEqual({ status: 200, body: { deleted_keys: [last] } });
      expect((await chat(last)).status).toBe(401);
      expect(await api('GET', `/key/info?key=${hashKey(last)}`)).toMatchObject({ status: 200, body: { info: { status: 'deleted' } } });
      expect(await api('POST', '/key/delete', { keys: [last] })).toMatchObject({
        status: 404,
        body: { error: { message: "{'error': 'No keys found'}", code: '404' } },
      });
    });

    test('what is wrong with a request is said as the reference says it', async () => {
      const taken = await keyOf({ key_alias: `taken-${lane}` });
      expect(await api('POST', '/key/generate', { models: 'chat', max_budget: 'much', blocked: 3 })).toStrictEqual({
        status: 422,
        body: {
          detail: [
            { type: 'list_type', loc: ['body', 'models'], msg: 'Input should be a valid list' },
            {
              type: 'float_parsing',
              loc: ['body', 'max_budget'],
              msg: 'Input should be a valid number, unable to parse string as a number',
            },
            { type: 'bool_parsing', loc: ['body', 'blocked'], msg: 'Input should be a valid boolean, unable to interpret input' },
          ].toSorted(
            (a, b) =>
              ['models', 'max_budget', 'blocked'].indexOf(a.loc[1] ?? '') - ['models', 'max_budget', 'blocked'].indexOf(b.loc[1] ?? ''),
          ),
        },
      });
      const wrong: readonly (readonly [string, JsonObject, number, string])[] = [
        [
          '/key/generate',
          { key_alias: `taken-${lane}` },
          400,
          `Key with alias 'taken-${lane}' already exists. Unique key aliases across all keys are required.`,
        ],
        [
          '/key/generate',
          { key: 'mine' },
          400,
          "{'error': \"Invalid key format. LiteLLM Virtual Key must start with 'sk-'. Received: ****\"}",
        ],
        [
          '/key/generate',
          { key: 'sk-short' },
          400,
          "{'error': 'Invalid key format. LiteLLM Virtual Key must be at least 16 characters long.'}",
        ],
        ...['/etc/passwd', 'a/../b', 'a\nb'].map((key_alias) => ['/key/generate', { key_alias }, 400, 'Invalid key_alias'] as const),
        ['/key/generate', { max_budget: -1 }, 400, "{'error': 'max_budget must be a non-negative finite number. Received: -1.0'}"],
        ['/key/generate', { organization_id: 'nowhere' }, 400, 'Organization not found for organization_id=nowhere'],
        [
          '/key/generate',
          { auto_rotate: true },
          400,
          "{'error': 'auto_rotate is not built in Stagegate. Rotate a key with POST /key/{key}/regenerate.'}",
        ],
        ['/key/generate', { object_permission: { models: ['x'] } }, 400, "{'error': 'object_permission is not built in Stagegate.'}"],
        ['/key/update', { key: 'sk-of-nobody-at-all' }, 404, 'Key not found.'],
        ['/key/update', { models: [] }, 400, 'either key or key_alias must be provided'],
        ['/key/block', { key: 'x' }, 400, 'Invalid key format.'],
        ['/key/block', { key: 'sk-of-nobody-at-all' }, 404, 'Key not found.'],
      ];
      for (const [path, body, status, message] of wrong) {
        expect(await api('POST', path, body)).toMatchObject({ status, body: { error: { message, code: String(status) } } });
      }
      expect(await api('POST', '/key/block', {})).toMatchObject({
        status: 422,
        body: { detail: [{ type: 'missing', loc: ['body', 'key'], msg: 'Field required' }] },
      });
      expect((await api('GET', '/key/list?size=1000')).body).toStrictEqual({
        detail: [{ type: 'less_than_equal', loc: ['query', 'size'], msg: 'Input should be less than or equal to 100' }],
      });
      expect((await api('GET', '/key/info?key=sk-of-nobody-at-all')).status).toBe(404);
      await api('POST', '/key/delete', { keys: [taken] });
    });

    test('who makes a key is told of its soft budget, and of everything that can be said of routing', async () => {
      const made = await api('POST', '/key/generate', { soft_budget: 5, router_settings: { num_retries: 3 } });
      expect(made.body).toMatchObject({
        budget_id: expect.any(String),
        litellm_budget_table: { soft_budget: 5, max_budget: null },
        router_settings: { num_retries: 3, routing_strategy: null, model_group_alias: {} },
      });
      const info = await api('GET', `/key/info?key=${String(made.body['key'])}`);
      expect(info.body).toMatchObject({ info: { budget_id: made.body['budget_id'], router_settings: { num_retries: 3 } } });
      expect((await api('POST', '/key/generate', {})).body).toMatchObject({ litellm_budget_table: null });
    });

    test('lists show what they are asked for, and to others than admins only their own', async () => {
      const ann = await keyOf({ user_id: 'ann', key_alias: `ann-${lane}` });
      const bob = await keyOf({ user_id: 'bob', key_alias: `bob-${lane}` });
      const eve = await keyOf({ user_id: 'eve' });
      const list = await api('GET', '/key/list?user_id=ann&return_full_object=true&sort_by=created_at');
      expect(list.body).toMatchObject({
        current_page: 1,
        keys: expect.arrayContaining([
          expect.objectContaining({ token: hashKey(ann), key_alias: `ann-${lane}`, org_id: null, team_alias: null, team_models: [] }),
        ]),
      });
      expect((await api('GET', `/key/list?key_alias=ann-${lane}`, undefined, eve)).body).toMatchObject({
        keys: [hashKey(ann)],
        total_count: 1,
        total_pages: 1,
      });
      expect((await api('GET', '/key/list', undefined, bob)).body['keys']).not.toContain(hashKey(ann));
      expect((await api('GET', '/key/list?user_id=ann', undefined, bob)).status).toBe(403);
      expect((await api('GET', '/key/list?team_id=crew', undefined, bob)).status).toBe(403);
      expect((await api('GET', '/key/list?sort_by=token%3Bdrop', undefined, eve)).status).toBe(400);
      expect((await api('GET', `/key/aliases?search=ANN-${lane}`, undefined, bob)).body).toMatchObject({ aliases: [], total_count: 0 });
      // What is searched for is a text: no pattern.
      for (const search of ['%25', '_', `ANN%25${lane}`, `ANN_${lane}`])
        expect([search, (await api('GET', `/key/aliases?search=${search}`)).body]).toMatchObject([search, { aliases: [], total_count: 0 }]);
      expect((await api('GET', `/key/aliases?search=ANN-${lane}`)).body).toMatchObject({ aliases: [`ann-${lane}`], size: 50 });
      expect((await api('GET', `/key/info?key=${ann}`, undefined, bob)).body).toMatchObject({ error: { code: '403' } });
      expect((await api('GET', '/key/info', undefined, bob)).body).toMatchObject({ key: hashKey(bob), info: { key_alias: `bob-${lane}` } });
      expect((await api('POST', '/v2/key/info', { keys: [ann, bob] }, bob)).body).toMatchObject({ info: [{ key_alias: `bob-${lane}` }] });
      expect((await api('POST', '/key/health', {}, bob)).body).toStrictEqual({ key: 'healthy', logging_callbacks: null });
    });

    test('CVE-2026-47101: nobody makes or changes a key into more than his own', async () => {
      const ann = await keyOf({ user_id: 'ann', models: ['chat'], max_budget: 10 });
      const made = await make({ models: ['chat'], max_budget: 10 }, ann);
      expect(made['user_id']).toBe('ann');
      const own = String(made['key']);
      const before = await rowOf(own);
      const more: readonly JsonObject[] = [
        { models: ['messages'], max_budget: 1 },
        { models: [], max_budget: 1 },
        { models: ['chat'], max_budget: 11 },
        { models: ['chat'], max_budget: 1, allowed_routes: ['/*'] },
        { models: ['chat'], max_budget: 1, key_type: 'management' },
        { models: ['chat'], max_budget: 1, permissions: { get_spend_routes: true } },
        { models: ['chat'], max_budget: 1, user_id: 'bob' },
        { models: ['chat'], max_budget: 1, spend: -100 },
        { models: ['chat'], max_budget: 1, budget_id: 'any' },
        { models: ['chat'], max_budget: 1, team_id: 'crew' },
        { models: ['chat'], max_budget: 1, object_permission: { models: ['x'] }, router_settings: {} },
      ];
      for (const body of more) {
        const answer = await api('POST', '/key/generate', body, ann);
        expect([body, answer.status]).toStrictEqual([body, expect.toBeOneOf([400, 401, 403])]);
      }
      for (const body of more) {
        const answer = await api('POST', '/key/update', { key: own, ...body }, ann);
        expect([body, answer.status]).toStrictEqual([body, expect.toBeOneOf([400, 401, 403])]);
        const rotated = await api('POST', `/key/${own}/regenerate`, body, ann);
        expect([body, rotated.status]).toStrictEqual([body, expect.toBeOneOf([400, 401, 403])]);
      }
      expect(await rowOf(own)).toStrictEqual(before);
      expect((await api('POST', '/key/update', { key: own, key_alias: `renamed-${lane}` }, ann)).status).toBe(200);
    });

    test('a key of another is neither seen, changed, blocked, rotated nor deleted; a team’s admin reaches his team’s', async () => {
      const [ann, bob, tia] = [await keyOf({ user_id: 'ann' }), await keyOf({ user_id: 'bob' }), await keyOf({ user_id: 'tia' })];
      const theirs = await keyOf({ user_id: 'ann', team_id: 'crew' });
      const before = await rowOf(theirs);
      const tries = [
        ['/key/update', { key: theirs, key_alias: `stolen-${lane}` }],
        ['/key/block', { key: theirs }],
        ['/key/unblock', { key: theirs }],
        ['/key/delete', { keys: [theirs] }],
        [`/key/${hashKey(theirs)}/regenerate`, {}],
        ['/key/bulk_update', { keys: [{ key: theirs, max_budget: 1 }] }],
      ] as const;
      for (const [path, body] of tries) {
        const answer = await api('POST', path, body as unknown as JsonObject, bob);
        expect([path, answer.status]).toStrictEqual([path, expect.toBeOneOf([401, 403])]);
        expect(JSON.stringify(answer.body)).not.toContain('crew');
      }
      expect(await rowOf(theirs)).toStrictEqual(before);
      expect((await api('POST', '/key/block', { key: theirs }, ann)).status).toBe(403);
      // Nor does who manages it give it to somebody else, or to nobody.
      for (const user_id of ['bob', null]) expect((await api('POST', '/key/update', { key: theirs, user_id }, tia)).status).toBe(403);
      expect(await rowOf(theirs)).toStrictEqual(before);
      expect((await api('POST', '/key/block', { key: theirs }, tia)).status).toBe(200);
      expect((await api('POST', '/key/generate', { team_id: 'crew' }, tia)).status).toBe(200);
      const robot = await api('POST', '/key/service-account/generate', { team_id: 'crew', key_alias: `robot-${lane}` }, tia);
      expect(robot.body).toMatchObject({ user_id: null, metadata: { service_account_id: `robot-${lane}` } });
      // Whose it is stays said: other rules hold for what programs call with.
      for (const metadata of [{ note: 'x' }, { note: 'x', service_account_id: null }, { note: 'x', service_account_id: 'another' }]) {
        const changed = await api('POST', '/key/update', { key: String(robot.body['key']), metadata }, tia);
        expect([changed.status, changed.body['metadata']]).toStrictEqual([200, { note: 'x', service_account_id: `robot-${lane}` }]);
      }
      expect((await api('POST', '/key/service-account/generate', {}, tia)).status).toBe(400);
    });

    test('a member changes and rotates keys of his team, his own too, only where the team permits it', async () => {
      const [crew, dan, eve] = [`allowed-${lane}`, `dan-${lane}`, `eve-${lane}`];
      const members = [dan, eve].map((user_id) => ({ role: 'user', user_id }));
      for (const user_id of [dan, eve]) await api('POST', '/user/new', { user_id, auto_create_key: false });
      expect((await api('POST', '/team/new', { team_id: crew, members_with_roles: members })).status).toBe(200);
      const [by, own, theirs] = [
        await keyOf({ user_id: dan }),
        await keyOf({ user_id: dan, team_id: crew }),
        await keyOf({ user_id: eve, team_id: crew }),
      ];
      const statusOf = async (path: string, key: string, more: JsonObject = {}): Promise<number> =>
        (await api('POST', path, { key, ...more }, by)).status;
      const permit = (...team_member_permissions: string[]): Promise<Answer> =>
        api('POST', '/team/permissions_update', { team_id: crew, team_member_permissions });
      const before = await rowOf(own);
      expect([await statusOf('/key/update', own, { metadata: { a: 1 } }), await statusOf('/key/regenerate', own)]).toStrictEqual([
        401, 401,
      ]);
      expect(await rowOf(own)).toStrictEqual(before);
      await permit('/key/update');
      const answers = [
        await statusOf('/key/update', own, { metadata: { a: 1 } }),
        await statusOf('/key/update', theirs, { metadata: { a: 2 } }),
        await statusOf('/key/update', theirs, { max_budget: 5 }),
        await statusOf('/key/update', theirs, { user_id: dan }),
        await statusOf('/key/regenerate', own),
      ];
      expect(answers).toStrictEqual([200, 200, 403, 403, 401]);
      await permit('/key/regenerate');
      expect([await statusOf('/key/regenerate', theirs), await statusOf('/key/regenerate', own)]).toStrictEqual([403, 200]);
      expect((await api('POST', '/key/delete', { keys: [theirs] }, by)).status).toBe(403);
    });

    test('GHSA-2rv4-xv66-fpjg: no budget is an amount that is none', async () => {
      const places: readonly [string, JsonObject][] = [
        ['/key/generate', {}],
        ['/team/new', {}],
        ['/user/new', { user_id: `nan-${lane}` }],
        ['/budget/new', {}],
        ['/customer/new', { user_id: `nan-${lane}` }],
        ['/organization/new', { organization_alias: 'nan' }],
        ['/project/new', { team_id: 'crew' }],
      ];
      for (const [path, body] of places) {
        for (const max_budget of ['NaN', 'nan', 'inf', '-Infinity', '1e999', -1]) {
          const answer = await api('POST', path, { ...body, max_budget });
          expect([path, max_budget, answer.status]).toStrictEqual([path, max_budget, expect.toBeOneOf([400, 422])]);
        }
      }
    });

    test('several keys at once', async () => {
      const key = await keyOf({});
      expect(
        (await api('POST', '/key/bulk_update', { keys: [{ key, max_budget: 3 }, { key: 'sk-of-nobody-at-all' }] })).body,
      ).toMatchObject({
        total_requested: 2,
        successful_updates: [{ key, key_info: { max_budget: 3 } }],
        failed_updates: [{ key: 'sk-of-nobody-at-all', failed_reason: 'Key not found.' }],
      });
    });
  },
  { prepare },
);

test('without a database: the reference’s words', async () => {
  const gateway = await startGateway('hono', configFor('http://127.0.0.1:9'));
  const api = callerOf(gateway.url);
  expect(await api('POST', '/key/generate', {})).toStrictEqual({
    status: 400,
    body: { error: { message: 'No connected db.', type: 'no_db_connection', param: null, code: '400' } },
  });
  await gateway.close();
});
