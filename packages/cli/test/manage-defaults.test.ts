import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import { tables } from '@stagegate/gateway-engine/store';
import { beforeAll, expect, test } from 'vitest';
import { describeManaged, namesOf } from './support/managed-gateway.ts';

const more: JsonObject = {
  general_settings: { disable_custom_api_keys: true },
  litellm_settings: {
    num_retries: 0,
    default_key_generate_params: {
      max_budget: 2,
      duration: '20d',
      models: ['chat'],
      metadata: { from: 'defaults' },
      user_id: 'of-defaults',
    },
    upperbound_key_generate_params: { max_budget: 5, duration: '30d', budget_duration: '30d', rpm_limit: 100 },
    key_alias_pattern: '[a-z]+-[a-z-]+',
    key_generation_settings: {
      personal_key_generation: { allowed_user_roles: ['proxy_admin'], required_params: ['key_alias'] },
      team_key_generation: { allowed_team_member_roles: ['admin'] },
    },
    default_team_params: { max_budget: 7, budget_duration: '7d', tpm_limit: 700, team_member_permissions: ['/key/generate', '/key/info'] },
    default_internal_user_params: { max_budget: 1, budget_duration: '1d', models: ['chat'], user_role: 'internal_user_viewer' },
  },
};

describeManaged(
  (at) => {
    const { lane, api, chat } = at;
    const [owner, member, team] = namesOf(lane, 'owner', 'member', 'team');
    let ofOwner: string;
    let ofMember: string;

    beforeAll(async () => {
      const keys: string[] = [];
      for (const user_id of [owner, member]) {
        const made = await api('POST', '/user/new', { user_id, user_role: 'internal_user', max_budget: 50 });
        keys.push(String(made.body['key']));
      }
      [ofOwner = '', ofMember = ''] = keys;
      const members_with_roles = [
        { role: 'admin', user_id: owner },
        { role: 'user', user_id: member },
      ];
      const made = await api('POST', '/team/new', { team_id: team, members_with_roles });
      expect(made).toMatchObject({
        status: 200,
        body: { max_budget: 7, budget_duration: '7d', tpm_limit: 700, team_member_permissions: ['/key/generate', '/key/info'] },
      });
    }, 60_000);

    const rowOf = (key: unknown): Promise<object | undefined> =>
      at.database.ask((connection) => tables.keys.find(connection, { token: hashKey(String(key)) }));
    const inDays = (row: object | undefined): number =>
      row !== undefined && 'expires' in row && row.expires instanceof Date ? (row.expires.getTime() - Date.now()) / 86_400_000 : Number.NaN;

    test('a key begins with what the configuration says, and has no more than its bounds', async () => {
      const made = await api('POST', '/key/generate', { key_alias: `a-${lane}` });
      expect(made).toMatchObject({
        status: 200,
        body: {
          max_budget: 2,
          models: ['chat'],
          metadata: { from: 'defaults' },
          user_id: 'of-defaults',
          rpm_limit: 100,
          budget_duration: '30d',
        },
      });
      const row = await rowOf(made.body['key']);
      expect(inDays(row)).toBeGreaterThan(19);
      expect(inDays(row)).toBeLessThan(20.1);
      expect((await chat(String(made.body['key']), { model: 'messages' })).status).toBe(403);
      const own = await api('POST', '/key/generate', {
        key_alias: `b-${lane}`,
        models: ['messages'],
        max_budget: 5,
        user_id: owner,
        duration: '29d',
      });
      expect(own.body).toMatchObject({ max_budget: 5, models: ['messages'], user_id: owner });
      const key = String(own.body['key']);
      const before = await rowOf(key);
      const over: readonly (readonly [string, JsonObject])[] = [
        ['/key/generate', { key_alias: `c-${lane}`, max_budget: 5.01 }],
        ['/key/generate', { key_alias: `c-${lane}`, rpm_limit: 101 }],
        ['/key/generate', { key_alias: `c-${lane}`, duration: '31d' }],
        ['/key/generate', { key_alias: `c-${lane}`, duration: '-1' }],
        ['/key/generate', { key_alias: `c-${lane}`, budget_duration: '1mo', duration: '800h' }],
        ['/key/update', { key, max_budget: 6 }],
        ['/key/update', { key, max_budget: null }],
        ['/key/update', { key, rpm_limit: null }],
        ['/key/update', { key, duration: '-1' }],
        ['/key/update', { key, duration: null }],
        [`/key/${hashKey(key)}/regenerate`, { max_budget: 6 }],
      ];
      for (const [path, body] of over) {
        const answer = await api('POST', path, body);
        expect([body, answer.status]).toStrictEqual([body, 400]);
        expect(JSON.stringify(answer.body)).toContain('is over max limit set in config');
      }
      expect((await api('POST', '/key/bulk_update', { keys: [{ key, max_budget: 6 }] })).body).toMatchObject({ successful_updates: [] });
      expect(await rowOf(key)).toStrictEqual(before);
      expect((await api('POST', '/key/update', { key, max_budget: 4, duration: '5d' })).status).toBe(200);
    });

    test('aliases have to match, but one that is there may stay', async () => {
      expect(await api('POST', '/key/generate', { key_alias: 'No Such' })).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining('key_alias_pattern'), type: 'bad_request_error', param: 'key_alias' } },
      });
      const key = String((await api('POST', '/key/generate', { key_alias: `d-${lane}` })).body['key']);
      expect((await api('POST', '/key/update', { key, key_alias: 'x'.repeat(300) })).status).toBe(400);
      const old = `OLD ${lane}`;
      await at.database.ask((connection) => tables.keys.update(connection, { token: hashKey(key) }, { key_alias: old }));
      expect((await api('POST', '/key/update', { key, key_alias: old, metadata: {} })).status).toBe(200);
      expect((await api('POST', '/key/update', { key, key_alias: `${old}er` })).status).toBe(400);
    });

    test('who may make keys, and what he has to say, is the configuration’s', async () => {
      const tries: readonly (readonly [JsonObject, string | undefined, number])[] = [
        [{ key_alias: `e-${lane}` }, ofOwner, 400],
        [{ key_alias: `e-${lane}` }, undefined, 200],
        [{}, undefined, 400],
        [{ team_id: team }, ofOwner, 200],
        [{ team_id: team }, ofMember, 400],
        [{ team_id: team }, undefined, 200],
        [{ key_alias: `f-${lane}`, key: 'sk-of-my-own-making-entirely' }, undefined, 403],
      ];
      for (const [body, by, status] of tries) {
        expect([body, (await api('POST', '/key/generate', body, by)).status]).toStrictEqual([body, status]);
      }
      const key = String((await api('POST', '/key/generate', { key_alias: `g-${lane}` })).body['key']);
      expect((await api('POST', '/key/regenerate', { key, new_key: 'sk-of-my-own-making-entirely' })).status).toBe(403);
    });

    test('teams and users begin with what the configuration says, where nothing else is', async () => {
      expect((await api('POST', '/team/new', { team_id: `t-${lane}`, max_budget: 70, budget_duration: null })).body).toMatchObject({
        max_budget: 70,
        budget_duration: null,
        tpm_limit: 700,
      });
      const user = await api('POST', '/user/new', { user_id: `u-${lane}` });
      expect(user.body).toMatchObject({
        max_budget: 1,
        budget_duration: '1d',
        models: ['chat'],
        user_role: 'internal_user_viewer',
        key: expect.stringMatching(/^sk-/u),
      });
      expect((await api('POST', '/user/new', { user_id: `v-${lane}`, user_role: 'proxy_admin' })).body).toMatchObject({
        max_budget: null,
        models: [],
      });
      await api('POST', '/team/member_add', { team_id: team, member: { role: 'user', user_id: `w-${lane}` } });
      const named = await at.database.ask((connection) => tables.users.find(connection, { user_id: `w-${lane}` }));
      expect(named).toMatchObject({ user_role: 'internal_user', max_budget: 1, models: ['chat'], teams: [team] });
    });
  },
  { more },
);
