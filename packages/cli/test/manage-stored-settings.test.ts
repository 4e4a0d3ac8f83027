import type { JsonObject } from '@stagegate/core-transforms';
import { tables } from '@stagegate/gateway-engine/store';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { describeManaged, makeUsers, namesOf } from './support/managed-gateway.ts';

describeManaged(
  (at) => {
    const { lane, api } = at;
    let viewer: string;

    beforeAll(async () => {
      const made = await api('POST', '/user/new', { user_id: `viewer-${lane}`, user_role: 'proxy_admin_viewer' });
      viewer = String(made.body['key']);
    });
    const clear = { param_name: { in: ['general_settings', 'router_settings', 'litellm_settings'] } };
    beforeEach(async () => void (await at.database.ask((connection) => tables.configSettings.remove(connection, clear))));

    const stored = (): Promise<readonly object[]> =>
      at.database.ask((connection) => tables.configSettings.list(connection, {}, { sortBy: 'param_name', limit: 9 }));
    const store = (param_name: string, param_value: JsonObject): Promise<object> =>
      at.database.ask((connection) => tables.configSettings.insert(connection, { param_name, param_value }));

    test('one setting of the gateway is set, shown, and taken away again', async () => {
      await store('general_settings', { alert_to_webhook_url: 'https://hooks.test/secret' });
      const set = { field_name: 'allowed_ips', field_value: ['192.0.2.1'], config_type: 'general_settings' };
      expect(await api('POST', '/config/field/update', set)).toStrictEqual({
        status: 200,
        body: { param_name: 'general_settings', param_value: { alert_to_webhook_url: '****', allowed_ips: ['192.0.2.1'] } },
      });
      expect((await api('GET', '/config/field/info?field_name=allowed_ips')).body).toMatchObject({
        field_value: ['192.0.2.1'],
        source: 'db',
        editable: true,
      });
      const { field_value: _value, ...gone } = set;
      expect((await api('POST', '/config/field/delete', gone)).status).toBe(200);
      expect((await api('POST', '/config/field/delete', gone)).status).toBe(400);
      expect(await stored()).toMatchObject([{ param_value: { alert_to_webhook_url: 'https://hooks.test/secret' } }]);
      for (const [path, body] of [
        ['/config/field/update', set],
        ['/config/field/delete', gone],
      ] as const) {
        expect((await api('POST', path, body, viewer)).status).toBe(401);
      }
    });

    test('CVE-2024-6825, CVE-2024-5751: a setting that names code, files, hosts or keys, or opens something, is the file’s alone', async () => {
      const values: Readonly<Record<string, JsonObject[string]>> = {
        custom_auth: 'module.auth',
        custom_key_generate: 'module.f',
        master_key: 'sk-another',
        database_url: 'postgresql://evil.test/d',
        pass_through_endpoints: [{ path: '/x', target: 'http://evil.test' }],
        alert_to_webhook_url: { budget: 'http://evil.test' },
        coordination_redis: { host: 'evil.test' },
        enable_jwt_auth: true,
        litellm_jwtauth: { user_id_jwt_field: 'sub' },
        allow_client_side_credentials: true,
        dangerously_permit_weak_or_unset_master_key: true,
        public_routes: ['/*'],
        forward_client_headers_to_llm_api: true,
        litellm_key_header_name: 'x-other',
        store_model_in_db: false,
        max_in_flight_requests_per_worker: 5,
        unknown: 1,
      };
      const tries = [
        ...Object.entries(values),
        ['allowed_ips', ['os.environ/HOME']],
        ['allowed_ips', 'everywhere'],
        ['max_request_size_mb', -1],
        ['token_rate_limit_type', 'most'],
        ['__proto__', 1],
      ] as const;
      for (const [field_name, field_value = null] of tries) {
        const body = { field_name, field_value, config_type: 'general_settings' };
        expect([field_name, (await api('POST', '/config/field/update', body)).status]).toStrictEqual([field_name, 400]);
        const gone = await api('POST', '/config/field/delete', { field_name, config_type: 'general_settings' });
        expect([field_name, gone.status]).toStrictEqual([field_name, 400]);
      }
      const named = { field_name: 'allowed_ips', field_value: ['os.environ/HOME'], config_type: 'general_settings' };
      const refused = await api('POST', '/config/field/update', named);
      expect(JSON.stringify(refused.body)).toContain('os.environ/ names variables of the gateway');
      expect((await api('POST', '/config/field/update', { field_name: 'allowed_ips' })).status).toBe(422);
      expect(await stored()).toStrictEqual([]);
    });

    test('addresses that calls may come from are added and taken away one by one, and never all of them', async () => {
      const add = (ip: string, key?: string): ReturnType<typeof api> => api('POST', '/add/allowed_ip', { ip }, key);
      const remove = (ip: string): ReturnType<typeof api> => api('POST', '/delete/allowed_ip', { ip });
      expect((await api('GET', '/get/allowed_ips', undefined, viewer)).body).toStrictEqual({ data: null });
      // So many at once that some of them do meet, and nothing is stored before.
      const more = ['192.0.2.2', '2001:db8::1', ...Array.from({ length: 10 }, (_, at) => `198.51.100.${at}`)];
      const added = await Promise.all(['192.0.2.1', ...more].map((ip) => add(ip)));
      expect(added[0]).toStrictEqual({ status: 200, body: { message: 'IP 192.0.2.1 address added successfully', status: 'success' } });
      expect(added.map(({ status }) => status)).toStrictEqual(added.map(() => 200));
      expect((await add('192.0.2.2')).status).toBe(400);
      for (const ip of ['everywhere', '192.0.2.0/24', 'os.environ/HOME', '']) expect((await add(ip)).status).toBe(400);
      expect((await add('192.0.2.3', viewer)).status).toBe(401);
      expect(await stored()).toMatchObject([{ param_value: { allowed_ips: expect.arrayContaining(['192.0.2.1', ...more]) } }]);
      expect((await remove('192.0.2.9')).status).toBe(404);
      for (const ip of ['192.0.2.1', ...more.slice(1)]) expect((await remove(ip)).status).toBe(200);
      expect((await remove('192.0.2.2')).status).toBe(400);
      expect(await stored()).toMatchObject([{ param_value: { allowed_ips: ['192.0.2.2'] } }]);
    });

    test('what new users and teams begin with is shown and set, and is checked like what is said of them', async () => {
      const [crew, house] = namesOf(lane, 'defaults-crew', 'defaults-house');
      await api('POST', '/team/new', { team_id: crew });
      await api('POST', '/organization/new', { organization_id: house, organization_alias: house, models: [] });
      expect((await api('GET', '/get/internal_user_settings', undefined, viewer)).body).toMatchObject({
        values: { user_role: null, max_budget: null, models: null, teams: null },
        field_schema: { properties: { max_budget: { type: 'number' }, models: { type: 'array' } } },
      });
      const users = (body: object, key?: string): ReturnType<typeof api> =>
        api('PATCH', '/update/internal_user_settings', body as JsonObject, key);
      const teams = (body: object): ReturnType<typeof api> => api('PATCH', '/update/default_team_settings', body as JsonObject);
      const settings = { user_role: 'internal_user', max_budget: 3, budget_duration: '30d', models: ['chat'], teams: [crew] };
      expect(await users({ ...settings, models: ['chat'] })).toStrictEqual({
        status: 200,
        body: { message: 'Internal user settings updated successfully', status: 'success', settings },
      });
      expect((await users({ max_budget: 5 })).status).toBe(200);
      expect((await teams({ tpm_limit: 10, organization_id: house, team_member_permissions: ['/key/generate'] })).status).toBe(200);
      expect(await stored()).toMatchObject([
        {
          param_name: 'litellm_settings',
          param_value: { default_internal_user_params: { max_budget: 5 }, default_team_params: { tpm_limit: 10, organization_id: house } },
        },
      ]);
      const wrong: readonly (readonly [ReturnType<typeof api>, number])[] = [
        [users({ user_role: 'god' }), 422],
        [users({ max_budget: -1 }), 400],
        [users({ budget_duration: 'soon' }), 400],
        [users({ teams: ['nowhere'] }), 400],
        [users({ teams: [crew, crew] }), 400],
        [users({ models: ['os.environ/HOME'] }), 400],
        [users({ password: 'x' }), 422],
        [users({ max_budget: 1 }, viewer), 401],
        [teams({ organization_id: 'nowhere' }), 400],
        [teams({ team_member_permissions: ['/everything'] }), 422],
        [teams({ models: ['chat'] }), 422],
      ];
      for (const [index, [answer, status]] of wrong.entries()) expect([index, (await answer).status]).toStrictEqual([index, status]);
    });

    test('a callback that the database names is taken out; it comes back by no route', async () => {
      await store('litellm_settings', { success_callback: ['langfuse', 's3'], langfuse_secret_key: 'x' });
      expect(await api('POST', '/config/callback/delete', { callback_name: 'Langfuse' })).toMatchObject({
        status: 200,
        body: { removed_callback: 'langfuse', remaining_callbacks: ['s3'] },
      });
      expect(await stored()).toMatchObject([{ param_value: { success_callback: ['s3'], langfuse_secret_key: 'x' } }]);
      expect((await api('POST', '/config/callback/delete', { callback_name: 'langfuse' })).status).toBe(404);
    });

    test('fallbacks of one group are put, replaced and taken away, as rules of the router', async () => {
      const put = (body: JsonObject): ReturnType<typeof api> => api('POST', '/fallback', body);
      const type = 'context_window';
      expect(await put({ model: 'chat', fallback_models: ['messages'], fallback_type: type })).toStrictEqual({
        status: 200,
        body: {
          model: 'chat',
          fallback_models: ['messages'],
          fallback_type: type,
          message: 'Fallback configuration created successfully',
        },
      });
      expect((await put({ model: 'chat', fallback_models: ['compatible'], fallback_type: type })).body).toMatchObject({
        message: 'Fallback configuration updated successfully',
      });
      expect(await stored()).toMatchObject([
        { param_name: 'router_settings', param_value: { context_window_fallbacks: [{ chat: ['compatible'] }] } },
      ]);
      const tries: readonly (readonly [JsonObject, number])[] = [
        [{ model: 'nowhere', fallback_models: ['chat'] }, 404],
        [{ model: 'brisk', fallback_models: ['chat'], fallback_type: 'general' }, 400],
        [{ model: 'chat', fallback_models: ['nowhere'], fallback_type: type }, 400],
        [{ model: 'chat', fallback_models: ['chat'], fallback_type: type }, 400],
        [{ model: 'chat', fallback_models: [], fallback_type: type }, 422],
        [{ model: 'chat', fallback_models: ['messages', 'messages'], fallback_type: type }, 422],
        [{ model: 'chat', fallback_models: ['messages'], fallback_type: 'other' }, 422],
      ];
      for (const [body, status] of tries) expect([body, (await put(body)).status]).toStrictEqual([body, status]);
      expect((await api('DELETE', `/fallback/chat?fallback_type=${type}`)).status).toBe(200);
      expect((await api('DELETE', `/fallback/chat?fallback_type=${type}`)).status).toBe(404);
      expect((await api('GET', '/fallback/hasty', undefined, viewer)).body).toStrictEqual({
        model: 'hasty',
        fallback_models: ['brisk'],
        fallback_type: 'general',
      });
      expect((await api('GET', '/fallback/chat')).status).toBe(404);
    });

    test('default_team_disabled: whoever is no admin makes keys of a team alone', async () => {
      const [ann, crew] = namesOf(lane, 'ann', 'crew');
      const keyOf = await makeUsers(api, [ann]);
      await api('POST', '/team/new', { team_id: crew, members_with_roles: [{ role: 'admin', user_id: ann }] });
      expect(await api('POST', '/key/generate', {}, keyOf(ann))).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining('default_team_disabled') } },
      });
      expect((await api('POST', '/key/generate', { team_id: crew }, keyOf(ann))).status).toBe(200);
      expect((await api('POST', '/key/generate', { user_id: ann })).status).toBe(200);
    });

    test('what is told of calls, of the cache, of prices and of providers', async () => {
      expect((await api('GET', '/active/callbacks', undefined, viewer)).body).toMatchObject({
        alerting: "['slack']",
        'litellm.failure_callback': ['sentry'],
        num_callbacks: 1,
        num_alerting: 1,
      });
      expect((await api('GET', '/callbacks/list')).body).toStrictEqual({ success: [], failure: ['sentry'], success_and_failure: [] });
      expect((await api('GET', '/cache/settings')).body).toMatchObject({ current_values: { type: 'redis', password: '****' } });
      expect((await api('GET', '/model/cost_map/source')).body).toMatchObject({ source: 'local', model_count: expect.any(Number) });
      expect((await api('GET', '/model/settings')).body).toEqual(expect.arrayContaining([{ name: 'openai', fields: [] }]));
      expect((await api('GET', '/health/license')).body).toMatchObject({ has_license: false, license_type: 'community' });
    });
  },
  {
    more: {
      general_settings: {
        store_model_in_db: true,
        default_team_disabled: true,
        max_in_flight_requests_per_worker: 100,
        alerting: ['slack'],
      },
      litellm_settings: { num_retries: 0, failure_callback: ['sentry'], cache_params: { type: 'redis', password: 'x' } },
      router_settings: { num_retries: 0, disable_cooldowns: true, fallbacks: [{ hasty: ['brisk'] }] },
    },
  },
);
