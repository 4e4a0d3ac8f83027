import { tables } from '@stagegate/gateway-engine/store';
import { expect, test } from 'vitest';
import { describeManaged, makeUsers, namesOf } from './support/managed-gateway.ts';

const STORED = { general_settings: { store_model_in_db: true, team_metadata_schema: [{ key: 'owner' }] } };

describeManaged(
  (at) => {
    const { lane, api } = at;
    const [ann, bob, crew] = namesOf(lane, 'ann', 'bob', 'crew');

    test('prices are not fetched, and nobody is told that they were', async () => {
      const before = await api('GET', '/model/cost_map/source');
      expect(await api('POST', '/reload/model_cost_map')).toMatchObject({
        status: 502,
        body: { detail: expect.stringMatching(/^Failed to reload model cost map: .*Current pricing data was kept\.$/u) },
      });
      expect(await api('GET', '/model/cost_map/source')).toStrictEqual(before);
      const schedule = '/schedule/model_cost_map_reload';
      expect(await api('POST', schedule)).toMatchObject({ status: 422, body: { detail: [{ type: 'missing', loc: ['query', 'hours'] }] } });
      expect(await api('POST', `${schedule}?hours=0`)).toMatchObject({ status: 400, body: { detail: 'Hours must be greater than 0' } });
      expect((await api('POST', `${schedule}?hours=6`)).status).toBe(400);
      expect(await api('GET', `${schedule}/status`)).toMatchObject({ status: 200, body: { scheduled: false, interval_hours: null } });
      expect(await api('DELETE', schedule)).toMatchObject({ status: 200, body: { status: 'success' } });
      expect(await api('POST', '/global/spend/refresh')).toMatchObject({ status: 200 });
    });

    test('who would be told of calls, and where answers would be kept, is refused and not forgotten', async () => {
      expect((await api('GET', '/health/services')).status).toBe(422);
      expect(await api('GET', '/health/services?service=nobody')).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining('Service=nobody not in'), type: 'auth_error' } },
      });
      expect(await api('GET', '/health/services?service=slack')).toMatchObject({
        status: 422,
        body: {
          error: {
            message: `{'error': '"slack" not in proxy config: general_settings. Unable to test this.'}`,
            param: 'None',
            code: '422',
          },
        },
      });
      expect((await api('POST', '/cache/settings', {})).status).toBe(422);
      const cache_settings = { type: 'redis', host: 'redis.inside' };
      expect(await api('POST', '/cache/settings', { cache_settings })).toMatchObject({
        status: 400,
        body: { detail: { error: expect.stringContaining('litellm_settings.cache_params') } },
      });
      expect((await api('GET', '/cache/settings')).body['current_values']).toStrictEqual({});
    });

    test('a team has no callbacks, and whose it is not learns nothing of it', async () => {
      const keyOf = await makeUsers(api, [ann, bob]);
      await api('POST', '/team/new', { team_id: crew, members_with_roles: [{ role: 'admin', user_id: ann }] });
      const path = `/team/${crew}/callback`;
      const callback = {
        callback_name: 'langfuse',
        callback_vars: { langfuse_secret_key: 'sk-lf-secret', langfuse_host: 'http://inside' },
      };
      expect(await api('POST', path, { callback_name: 'langfuse' }, keyOf(ann))).toMatchObject({
        status: 422,
        body: { detail: [{ type: 'missing', loc: ['body', 'callback_vars'] }] },
      });
      const refused = await api('POST', path, callback, keyOf(ann));
      expect(refused).toMatchObject({ status: 400, body: { detail: { error: expect.stringContaining('was not added') } } });
      expect(JSON.stringify(refused.body)).not.toContain('sk-lf-secret');
      const [others, nobodys] = [crew, `${crew}-2`].map((team) => api('POST', `/team/${team}/callback`, callback, keyOf(bob)));
      expect((await others)?.status).toBe(403);
      expect(JSON.parse(JSON.stringify(await nobodys).replaceAll(`${crew}-2`, crew))).toStrictEqual(await others);
      expect((await api('GET', path, undefined, keyOf(ann))).body).toMatchObject({
        data: expect.objectContaining({ success_callbacks: [], callback_vars: {} }),
      });
    });

    test('changes that a LiteLLM wrote down are found: by whom, of what, when', async () => {
      const one = { changed_by: `ann-${lane}`, changed_by_api_key: 'hash-of-ann', table_name: 'LiteLLM_TeamTable' };
      const rows = [
        {
          ...one,
          id: `a-${lane}`,
          action: 'created',
          object_id: 't1',
          updated_values: { team_id: "t'1" },
          updated_at: new Date('2026-01-02'),
        },
        {
          ...one,
          id: `b-${lane}`,
          action: 'updated',
          object_id: 't1',
          before_value: { team_id: "t'1" },
          updated_at: new Date('2026-01-03'),
        },
        { ...one, id: `c-${lane}`, action: 'deleted', object_id: 't2', before_value: { token: '50%' }, updated_at: new Date('2026-01-04') },
      ];
      for (const row of rows) await at.database.ask((connection) => tables.auditLogs.insert(connection, row));
      const found = async (query: string): Promise<readonly string[]> => {
        const { body } = await api('GET', `/audit?changed_by=${one.changed_by}&${query}`);
        return (body['audit_logs'] as readonly { readonly id: string }[]).map(({ id }) => id.slice(0, 1));
      };
      expect(await found('')).toStrictEqual(['c', 'b', 'a']);
      expect(await found('sort_by=action&sort_order=asc')).toStrictEqual(['a', 'c', 'b']);
      expect(await found('start_date=2026-01-03&end_date=2026-01-03T12:00:00')).toStrictEqual(['b']);
      expect(await found('object_id=t1&action=created')).toStrictEqual(['a']);
      expect(await found(`object_team_id=${encodeURIComponent("'")}`)).toStrictEqual(['b', 'a']);
      expect(await found('object_key_hash=%25')).toStrictEqual(['c']);
      expect(await found(`search=c-${lane}`)).toStrictEqual(['c']);
      expect(await found('changed_by_api_key=other')).toStrictEqual([]);
      expect((await api('GET', `/audit?changed_by=${one.changed_by}&page=2&page_size=2`)).body).toMatchObject({
        audit_logs: [{ id: `a-${lane}`, updated_at: '2026-01-02T00:00:00Z', before_value: null, updated_values: { team_id: "t'1" } }],
        total: 3,
        page: 2,
        page_size: 2,
        total_pages: 2,
      });
      expect((await api('GET', `/audit/b-${lane}`)).body).toMatchObject({ action: 'updated', object_id: 't1' });
      expect(await api('GET', '/audit/nothing')).toMatchObject({
        status: 404,
        body: { detail: { message: expect.stringContaining('nothing') } },
      });
      for (const query of ['sort_by=before_value', 'start_date=soon', 'page_size=1000']) {
        expect([400, 422]).toContain((await api('GET', `/audit?${query}`)).status);
      }
    });

    test('what forms offer for a team is shown to every key', async () => {
      const key = String((await api('POST', '/key/generate', {})).body['key']);
      expect((await api('GET', '/team/metadata_schema', undefined, key)).body).toStrictEqual({ fields: [{ key: 'owner', label: null }] });
    });

    test('what strangers are shown of models, agents and tools', async () => {
      const stranger = async (path: string): Promise<unknown> => (await api('GET', path, undefined, '')).body;
      expect(await stranger('/public/model_hub/info')).toStrictEqual({
        docs_title: 'LiteLLM API',
        custom_docs_description: null,
        litellm_version: '1.106.2',
        useful_links: {},
      });
      expect(await stranger('/public/agent_hub')).toStrictEqual([]);
      expect(await stranger('/public/mcp_hub')).toStrictEqual([]);
      expect(await stranger('/public/skill_hub')).toStrictEqual({ plugins: [], count: 0 });
    });
  },
  { more: STORED },
);
