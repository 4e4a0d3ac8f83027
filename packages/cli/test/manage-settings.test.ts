import type { JsonObject } from '@stagegate/core-transforms';
import { createCipher, openStoredConfig, tables } from '@stagegate/gateway-engine/store';
import { beforeAll, expect, test } from 'vitest';
import { MASTER_KEY } from './support/gateway.ts';
import { describeManaged } from './support/managed-gateway.ts';

const CANARY = 'canary-of-settings';

/** Secrets in every place that a file has for them. */
const more: JsonObject = {
  environment_variables: { SOME_VARIABLE: CANARY },
  credential_list: [{ credential_name: 'named', credential_values: { api_key: CANARY } }],
  general_settings: {
    store_model_in_db: true,
    alert_to_webhook_url: { budget: `https://hooks.test/${CANARY}` },
    database_args: { password: CANARY },
  },
  litellm_settings: {
    num_retries: 0,
    drop_params: false,
    success_callback: ['langfuse'],
    langfuse_secret_key: CANARY,
    cache_params: { type: 'redis', password: CANARY, url: `redis://:${CANARY}@cache.test:6379` },
  },
  router_settings: { num_retries: 0, disable_cooldowns: true },
};

describeManaged(
  (at) => {
    const { lane, api } = at;
    let user: string;
    let viewer: string;
    let limited: string;

    beforeAll(async () => {
      const keyOf = async (user_role: string): Promise<string> => {
        const made = await api('POST', '/user/new', { user_id: `${user_role}-${lane}`, user_role });
        return String(made.body['key']);
      };
      user = await keyOf('internal_user');
      viewer = await keyOf('proxy_admin_viewer');
      limited = String((await api('POST', '/key/generate', { models: ['messages'] })).body['key']);
      await at.database.ask((connection) =>
        tables.configSettings.remove(connection, { param_name: { in: ['router_settings', 'litellm_settings'] } }),
      );
    }, 60_000);

    const stored = (): Promise<readonly object[]> =>
      at.database.ask((connection) => tables.configSettings.list(connection, {}, { sortBy: 'param_name', limit: 9 }));

    test('CVE-2025-0330, CVE-2025-11203: settings are shown without their secrets, and to viewers at most', async () => {
      const yaml = await api('GET', '/config/yaml', undefined, viewer);
      expect(yaml).toMatchObject({
        status: 200,
        body: {
          model_list: expect.arrayContaining([
            { model_name: 'chat', litellm_params: { model: 'openai/gpt-4o', api_base: `${at.upstreamUrl}/v1`, api_key: '****' } },
          ]),
          general_settings: { master_key: '****', store_model_in_db: true },
          environment_variables: { SOME_VARIABLE: '****' },
          credential_list: [{ credential_name: 'named', credential_values: { api_key: '****' } }],
          litellm_settings: { success_callback: ['langfuse'], cache_params: { type: 'redis', password: '****' } },
        },
      });
      const paths = [
        '/config/yaml',
        '/config/list?config_type=general_settings',
        '/config/field/info?field_name=alert_to_webhook_url',
        '/get/config/callbacks',
        '/router/settings',
        '/router/fields',
      ];
      for (const path of paths) {
        const shown = await api('GET', path, undefined, viewer);
        expect([path, shown.status]).toStrictEqual([path, 200]);
        expect(JSON.stringify(shown.body)).not.toMatch(new RegExp(`${CANARY}|key-of-|${MASTER_KEY}`, 'u'));
        expect([path, (await api('GET', path, undefined, user)).status]).toStrictEqual([path, 401]);
      }
      expect((await api('GET', '/get/config/callbacks')).body).toMatchObject({
        callbacks: [{ name: 'langfuse', variables: {}, type: 'success' }],
      });
      expect((await api('GET', '/config/list?config_type=general_settings')).body).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ field_name: 'store_model_in_db', field_value: true, stored_in_db: false, editable: false }),
        ]),
      );
      expect((await api('GET', '/config/field/info?field_name=store_model_in_db')).body).toStrictEqual({
        field_name: 'store_model_in_db',
        field_value: true,
        source: 'config',
        editable: false,
      });
      expect((await api('GET', '/config/list')).status).toBe(422);
      expect((await api('GET', '/config/field/info')).status).toBe(422);
      expect((await api('GET', '/config/field/info?field_name=allowed_ips')).status).toBe(400);
    });

    test('settings of the router are changed, for every instance, where the file says nothing of them', async () => {
      const fallbacks = [{ chat: ['messages'] }];
      expect(await api('POST', '/config/update', { router_settings: { fallbacks, cooldown_time: 7, timeout: null } })).toStrictEqual({
        status: 200,
        body: { message: 'Config updated successfully' },
      });
      await api('POST', '/config/update', { router_settings: { cooldown_time: 8 }, litellm_settings: { modify_params: true } });
      expect(await stored()).toMatchObject([
        { param_name: 'litellm_settings', param_value: { modify_params: true } },
        { param_name: 'router_settings', param_value: { fallbacks, cooldown_time: 8 } },
      ]);
      const read = await openStoredConfig(at.database.store, createCipher(MASTER_KEY), 60_000);
      expect(read.rows()).toEqual(
        expect.arrayContaining([expect.objectContaining({ section: 'router_settings', value: { fallbacks, cooldown_time: 8 } })]),
      );
      read.close();
      expect((await api('GET', '/router/settings')).body).toMatchObject({
        current_values: { num_retries: 0, cooldown_time: 8 },
        source: { num_retries: 'config', cooldown_time: 'db' },
        fields: expect.arrayContaining([expect.objectContaining({ field_name: 'cooldown_time', field_value: 8, field_type: 'Float' })]),
      });
    });

    /** Nothing of it is done, and nobody but an admin gets as far. */
    const refused = async (bodies: readonly JsonObject[]): Promise<void> => {
      const [before, variables] = [await stored(), { ...process.env }];
      for (const body of bodies) {
        expect([body, (await api('POST', '/config/update', body)).status]).toStrictEqual([body, 400]);
        for (const key of [user, viewer, limited]) expect((await api('POST', '/config/update', body, key)).status).toBe(401);
      }
      expect([await stored(), { ...process.env }]).toStrictEqual([before, variables]);
    };

    test('CVE-2024-4264, CVE-2024-5751, CVE-2024-4889: no variable of the environment, no file and no host comes over HTTP', async () => {
      await refused([
        { environment_variables: { NODE_OPTIONS: '--require /tmp/x.js' } },
        { environment_variables: { LD_PRELOAD: '/tmp/x.so', PATH: '/tmp', UI_LOGO_PATH: '/etc/passwd' } },
        { environment_variables: {} },
        { router_settings: { fallbacks: [{ chat: ['os.environ/HOME'] }] } },
        { router_settings: { cooldown_time: 1, redis_url: 'redis://evil.test' } },
        { router_settings: { default_litellm_params: { api_base: 'http://evil.test' } } },
        { litellm_settings: { api_base: 'http://evil.test' } },
        { litellm_settings: { cache_params: { host: 'evil.test' } } },
        { model_list: [{ model_name: 'x', litellm_params: { model: 'openai/x', api_base: 'http://evil.test' } }] },
      ]);
      const named = await api('POST', '/config/update', { router_settings: { model_group_alias: { leak: 'os.environ/HOME' } } });
      expect(JSON.stringify(named.body)).toContain('os.environ/ names variables of the gateway');
    });

    test('CVE-2024-6825: no callback, rule, hook or module comes over HTTP', async () => {
      await refused([
        { litellm_settings: { post_call_rules: 'os.system' } },
        { litellm_settings: { pre_call_rules: ['module.rule'] } },
        { litellm_settings: { callbacks: ['module.instance'], success_callback: ['module.instance'] } },
        { general_settings: { custom_auth: 'module.auth', custom_sso: 'module.sso', custom_key_generate: 'module.f' } },
        { guardrails: [{ guardrail_name: 'x', litellm_params: { guardrail: 'module.Guard' } }] },
        { include: ['/etc/passwd'] },
        { anything: 1 },
      ]);
    });

    test('what is no setting, wrong, or the file’s is refused', async () => {
      await refused([
        { router_settings: { num_retries: 3 } },
        { router_settings: { cooldown_time: 'long' } },
        { router_settings: { routing_strategy: 'by-magic' } },
        { router_settings: { optional_pre_call_checks: ['a-guard-that-nobody-built'] } },
        { router_settings: { unknown: 1 } },
        { router_settings: 'x' },
        { litellm_settings: { drop_params: true } },
        { litellm_settings: JSON.parse('{"__proto__":{"drop_params":true}}') as JsonObject },
      ]);
    });

    test('tokens are counted, parameters and models looked up', async () => {
      const messages = [{ role: 'user', content: 'Hello there, how are you?' }];
      expect((await api('POST', '/utils/token_counter', { model: 'chat', messages }, user)).body).toMatchObject({
        total_tokens: expect.any(Number),
        request_model: 'chat',
        model_used: 'gpt-4o',
        count_source: 'local_estimate',
      });
      const counts = await Promise.all(
        [{ prompt: 'one' }, { prompt: 'one and two and three and four' }, { messages }, { messages, system: 'Be kind and brief.' }].map(
          async (body) => Number((await api('POST', '/utils/token_counter', { model: 'chat', ...body })).body['total_tokens']),
        ),
      );
      expect(counts[0]).toBeLessThan(counts[1] ?? 0);
      expect(counts[2]).toBeLessThan(counts[3] ?? 0);
      // A model that the key may not use is one that is not there.
      expect((await api('POST', '/utils/token_counter', { model: 'chat', messages }, limited)).body).toMatchObject({ model_used: 'chat' });
      expect((await api('POST', '/utils/token_counter', { model: 'chat' })).status).toBe(400);
      for (const model of ['chat', 'gpt-4o', 'anthropic/claude-sonnet-4-5']) {
        const { body } = await api('GET', `/utils/supported_openai_params?model=${model}`, undefined, user);
        expect(body['supported_openai_params']).toEqual(expect.arrayContaining(['temperature', 'tools']));
      }
      expect((await api('GET', '/utils/supported_openai_params?model=of-nobody')).status).toBe(400);
      expect((await api('GET', '/utils/supported_openai_params')).status).toBe(422);
      expect((await api('GET', '/utils/model_info?model=gpt-4o', undefined, user)).body).toMatchObject({
        model: 'gpt-4o',
        custom_llm_provider: 'openai',
        model_info: { key: 'gpt-4o', mode: 'chat', supports_vision: true, max_input_tokens: 128_000 },
      });
      expect((await api('GET', '/utils/model_info?model=of-nobody')).status).toBe(404);
    });

    test('what would be sent to a provider is shown to viewers, without its key, and is not sent', async () => {
      const request_body = { model: 'messages', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5 };
      const shown = await api('POST', '/utils/transform_request', { call_type: 'completion', request_body }, viewer);
      expect(shown.body).toMatchObject({
        raw_request_api_base: `${at.upstreamUrl}/v1/messages`,
        raw_request_body: { model: 'claude-sonnet-4-5', max_tokens: 5, messages: [{ role: 'user' }] },
        raw_request_headers: { 'content-type': 'application/json', 'anthropic-version': expect.any(String) },
        error: null,
      });
      expect(JSON.stringify(shown.body)).not.toContain('key-of-');
      expect((await api('POST', '/utils/transform_request', { call_type: 'completion', request_body }, user)).status).toBe(401);
      const lost = await api('POST', '/utils/transform_request', { call_type: 'completion', request_body: { model: 'nowhere' } });
      expect(lost.body).toMatchObject({ raw_request_body: null, error: expect.stringContaining('nowhere') });
      for (const bad of [
        { call_type: 'embedding', request_body },
        { call_type: 'completion', request_body: { ...request_body, api_base: 'http://evil.test' } },
      ]) {
        expect((await api('POST', '/utils/transform_request', bad)).status).toBe(400);
      }
    });
  },
  { more },
);
