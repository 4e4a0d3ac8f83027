import type { JsonObject } from '@stagegate/core-transforms';
import { tables } from '@stagegate/gateway-engine/store';
import { beforeAll, expect, test } from 'vitest';
import { describeManaged } from './support/managed-gateway.ts';

describeManaged(
  (at) => {
    const { lane, api } = at;
    let limited: string;
    beforeAll(async () => {
      limited = String((await api('POST', '/key/generate', { models: ['chat'] })).body['key']);
    });

    test('models are shown as far as the caller may use them, and no key among them', async () => {
      const all = await api('GET', '/v1/model/info');
      expect(all.body).toMatchObject({ data: expect.arrayContaining([expect.objectContaining({ model_name: 'messages' })]) });
      expect(JSON.stringify(all.body)).not.toMatch(/key-of-/u);
      expect(JSON.stringify(all.body)).toContain(at.upstreamUrl);
      const own = await api('GET', '/model/info', undefined, limited);
      expect(own.body).toMatchObject({
        data: [
          { model_name: 'chat', litellm_params: { model: 'openai/gpt-4o' }, model_info: { litellm_provider: 'openai', mode: 'chat' } },
        ],
      });
      expect(JSON.stringify(own.body)).not.toContain(at.upstreamUrl);
      expect((await api('GET', '/v2/model/info?size=2&page=2')).body).toMatchObject({
        current_page: 2,
        size: 2,
        total_pages: 4,
        data: [{}, {}],
      });
      expect((await api('GET', '/model_group/info?model_group=chat', undefined, limited)).body).toMatchObject({
        data: [{ model_group: 'chat', providers: ['openai'], supports_function_calling: true }],
      });
      const [info, group] = [
        own.body,
        (await api('GET', '/model_group/info?model_group=chat', undefined, limited)).body,
      ] as unknown as readonly {
        readonly data: readonly [JsonObject];
      }[];
      const prices = { input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 };
      expect(info?.data[0]['model_info']).toMatchObject({ ...prices, cache_read_input_token_cost: 1.25e-6 });
      expect(info?.data[0]['model_info']).toMatchObject({ supported_openai_params: expect.arrayContaining(['temperature', 'tools']) });
      expect(group?.data[0]).toMatchObject({
        ...prices,
        is_public_model_group: false,
        supported_openai_params: expect.arrayContaining(['tools']),
      });
      expect((await api('GET', '/model/info?litellm_model_id=none')).status).toBe(400);
    });

    test('the list of models names the fallbacks of each, where it is asked to', async () => {
      const fallbacks = async (more: string): Promise<unknown> => {
        const { data } = (await api('GET', `/v1/models?include_metadata=true${more}`)).body as unknown as {
          readonly data: readonly JsonObject[];
        };
        return data.flatMap(({ id, metadata }) => (id === 'chat' || id === 'messages' ? [[id, metadata]] : []));
      };
      const none = ['messages', { fallbacks: [] }];
      expect(await fallbacks('')).toStrictEqual([['chat', { fallbacks: ['messages', 'brisk'] }], none]);
      expect(await fallbacks('&fallback_type=context_window')).toStrictEqual([['chat', { fallbacks: ['hasty'] }], none]);
      expect(await fallbacks('&fallback_type=content_policy')).toStrictEqual([['chat', { fallbacks: [] }], none]);
      expect(await api('GET', '/v1/models?include_metadata=true&fallback_type=other')).toMatchObject({ status: 400 });
      expect(JSON.stringify((await api('GET', '/v1/models')).body)).not.toContain('metadata');
    });

    test('aliases are listed as groups of their own, unless they are hidden', async () => {
      const namesOf = async (path: string, name: string, key?: string): Promise<unknown> => {
        const { data } = (await api('GET', path, undefined, key)).body as unknown as { readonly data: readonly JsonObject[] };
        const names = data.map((one) => String(one[name]));
        return [names[0], names.includes('messages'), names.at(-1), names.includes('secret')];
      };
      expect(await namesOf('/v1/models', 'id')).toStrictEqual(['talk', true, 'ocr', false]);
      expect(await namesOf('/model_group/info', 'model_group')).toStrictEqual(['talk', true, 'ocr', false]);
      expect(await namesOf('/model/info', 'model_name')).toStrictEqual(['chat', true, 'talk', false]);
      for (const path of ['/v1/models', '/model_group/info']) {
        const name = path === '/v1/models' ? 'id' : 'model_group';
        // Whoever has a list of models sees these, in its order.
        expect(await namesOf(path, name, limited)).toStrictEqual(['chat', false, 'chat', false]);
        const key = String((await api('POST', '/key/generate', { models: ['messages', 'talk'] })).body['key']);
        expect(await namesOf(path, name, key)).toStrictEqual(['messages', true, 'talk', false]);
      }
      const { data } = (await api('GET', '/model_group/info?model_group=talk')).body as unknown as { readonly data: readonly JsonObject[] };
      expect(data).toMatchObject([
        {
          providers: ['openai'],
          rpm: null,
          itpm: null,
          otpm: null,
          supports_fast_mode: false,
          supported_reasoning_efforts: [],
          configurable_clientside_auth_params: null,
        },
      ]);
    });

    test('of each model it is told whether the caller may use it by himself', async () => {
      const user = await api('POST', '/user/new', { user_id: `reader-${lane}`, user_role: 'internal_user', models: ['chat'] });
      const direct = async (key?: string): Promise<unknown> => {
        const { data } = (await api('GET', '/model/info', undefined, key)).body as unknown as { readonly data: readonly JsonObject[] };
        return data.map(({ model_name: name, model_info: info }) => [name, (info as JsonObject)['direct_access']]);
      };
      expect(await direct()).toEqual(expect.arrayContaining([['messages', true]]));
      expect(await direct(String(user.body['key']))).toEqual([['chat', true]]);
      // A key of nobody.
      expect(await direct(limited)).toEqual([['chat', false]]);
    });

    test('strangers see the groups that are public, and no other', async () => {
      const hub = await fetch(`${at.url}/public/model_hub`);
      expect([hub.status, await hub.json()]).toMatchObject([
        200,
        [
          { model_group: 'messages', providers: ['anthropic'], is_public_model_group: true, mode: 'chat' },
          { model_group: 'gone', providers: [], is_public_model_group: true },
        ],
      ]);
      const providers = (await (await fetch(`${at.url}/public/providers`)).json()) as string[];
      expect(providers).toEqual(expect.arrayContaining(['anthropic', 'openai']));
    });

    test('a model is kept with its texts encrypted, told to every instance, changed and deleted', async () => {
      const id = `m-${lane}`;
      const told: string[] = [];
      at.database.store.listen(
        'stagegate_config',
        (payload) => told.push(payload),
        () => undefined,
      );
      const made = await api('POST', '/model/new', {
        model_name: `extra-${lane}`,
        litellm_params: { model: 'openai/gpt-4o', api_key: 'canary-of-models', rpm: 5 },
        model_info: { id },
      });
      expect(made).toMatchObject({
        status: 200,
        body: { model_id: id, litellm_params: { api_key: '****' }, model_info: { id, db_model: true } },
      });
      const row = await at.database.ask((connection) => tables.models.find(connection, { model_id: id }));
      expect(row).toMatchObject({ model_name: `extra-${lane}`, litellm_params: { rpm: 5 } });
      expect(JSON.stringify(row)).not.toMatch(/canary|gpt-4o/u);
      expect((await api('PATCH', `/model/${id}/update`, { litellm_params: { rpm: 6 } })).status).toBe(200);
      expect((await api('POST', '/model/update', { model_name: `renamed-${lane}`, model_info: { id } })).body).toMatchObject({
        model_name: `renamed-${lane}`,
      });
      const changed = await at.database.ask((connection) => tables.models.find(connection, { model_id: id }));
      expect(changed).toMatchObject({ model_name: `renamed-${lane}`, litellm_params: { rpm: 6, api_key: expect.any(String) } });
      expect((await api('POST', '/model/block', { model_id: id })).body).toMatchObject({ model_id: id, blocked: true });
      expect((await api('POST', '/model/unblock', { model_id: id })).body).toMatchObject({ model_id: id, blocked: false });
      expect((await api('POST', '/model/block', { model_id: 'nowhere' })).status).toBe(404);
      expect((await api('POST', '/model/delete', { id })).body).toStrictEqual({ message: `Model: ${id} deleted successfully` });
      expect((await api('POST', '/model/delete', { id })).status).toBe(400);
      await expect.poll(() => told.filter((payload) => payload === id).length).toBeGreaterThanOrEqual(3);
    });

    test('CVE-2024-5751: what comes over HTTP reads no variable of the gateway; nobody but an admin writes', async () => {
      const params = { model: 'openai/x', api_key: 'os.environ/HOME', api_base: 'http://127.0.0.1:9' };
      for (const litellm_params of [params, { ...params, api_key: 'k', extra_body: { deep: ['os.environ/PATH'] } }]) {
        expect((await api('POST', '/model/new', { model_name: 'leak', litellm_params })).status).toBe(400);
      }
      const [named, plain] = ['os.environ/HOME', { model_name: 'leak', litellm_params: { model: 'openai/x' } }];
      for (const more of [{ model_name: named }, { model_info: { note: named } }, { model_info: { access_groups: [named] } }]) {
        expect((await api('POST', '/model/new', { ...plain, ...more })).status).toBe(400);
        expect((await api('PATCH', '/model/id/update', more)).body).toMatchObject({
          error: { message: expect.stringContaining('os.environ/ names variables') },
        });
      }
      const credential = { credential_name: 'leak', credential_values: {} };
      for (const more of [{ credential_values: { api_key: named } }, { credential_info: { note: named } }, { credential_name: named }]) {
        expect((await api('POST', '/credentials', { ...credential, ...more })).status).toBe(400);
        expect((await api('PATCH', '/credentials/leak', more)).status).toBe(400);
      }
      expect((await api('POST', '/model/new', { model_name: 'mine', litellm_params: { model: 'openai/x' } }, limited)).status).toBe(401);
      expect((await api('POST', '/credentials', { credential_name: 'mine', credential_values: {} }, limited)).status).toBe(401);
      expect((await api('GET', '/credentials', undefined, limited)).status).toBe(401);
      expect(await at.database.ask((connection) => tables.models.count(connection, { model_name: { in: ['leak', 'mine'] } }))).toBe(0);
    });

    test('credentials are kept encrypted and never shown', async () => {
      const name = `c/${lane}`;
      expect(
        (
          await api('POST', '/credentials', {
            credential_name: name,
            credential_values: { api_key: 'canary-of-credentials' },
            credential_info: { a: 1 },
          })
        ).body,
      ).toMatchObject({ success: true });
      expect((await api('POST', '/credentials', { credential_name: name, credential_values: {} })).status).toBe(409);
      const listed = await api('GET', '/credentials');
      expect(listed.body).toMatchObject({
        credentials: expect.arrayContaining([
          { credential_name: name, display_name: null, credential_values: { api_key: '****' }, credential_info: { a: 1 }, source: 'db' },
        ]),
      });
      const row = await at.database.ask((connection) => tables.credentials.find(connection, { credential_name: name }));
      expect(JSON.stringify([listed.body, row])).not.toContain('canary');
      expect((await api('PATCH', `/credentials/${name}`, { credential_values: { api_base: 'x' } })).status).toBe(200);
      expect((await api('GET', `/credentials/by_name/${name}`)).body).toMatchObject({
        credential_values: { api_key: '****', api_base: '****' },
      });
      expect((await api('DELETE', `/credentials/${name}`)).status).toBe(200);
      expect((await api('GET', `/credentials/by_name/${name}`)).status).toBe(404);
    });

    test('a deployment’s credential is told of, not told; what the file lists is not blocked', async () => {
      const { body } = await api('GET', '/model/info');
      const { id } = (body['data'] as { model_name: string; model_info: { id: string } }[]).find(({ model_name: name }) => name === 'chat')
        ?.model_info ?? { id: '' };
      expect((await api('GET', `/credentials/by_model/${id}`)).body).toStrictEqual({
        credential_name: `chat-credential-${id}`,
        credential_values: { api_key: '****', api_base: expect.stringContaining(at.upstreamUrl) },
        credential_info: {},
      });
      expect((await api('GET', '/credentials/by_model/nowhere')).status).toBe(404);
      expect(await api('PATCH', '/model/nowhere/update', {})).toMatchObject({ status: 404, body: { error: { type: 'not_found_error' } } });
      expect(await api('POST', '/model/block', { model_id: id })).toMatchObject({
        status: 400,
        body: { error: { type: 'validation_error' } },
      });
    });

    test('the gateway lists its routes, also as OpenAPI', async () => {
      expect((await api('GET', '/routes')).body).toMatchObject({
        routes: expect.arrayContaining([expect.objectContaining({ path: '/key/generate', methods: ['POST'] })]),
      });
      expect((await api('GET', '/openapi.json')).body).toMatchObject({
        openapi: '3.1.0',
        paths: { '/key/{key}/regenerate': { post: { parameters: [{ name: 'key', in: 'path' }] } } },
      });
      expect((await api('GET', '/health/readiness/details')).body).toStrictEqual({
        status: 'healthy',
        db: 'connected',
        litellm_version: '1.106.2',
      });
    });
  },
  {
    more: {
      general_settings: { store_model_in_db: true },
      litellm_settings: { num_retries: 0, public_model_groups: ['messages', 'gone'] },
      router_settings: {
        num_retries: 0,
        disable_cooldowns: true,
        fallbacks: [{ chat: ['messages', 'brisk'] }],
        context_window_fallbacks: [{ chat: ['hasty'] }],
        model_group_alias: { talk: 'chat', secret: { model: 'chat', hidden: true } },
      },
    },
  },
);
