import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { MASTER_KEY } from './support/gateway.ts';
import { describeManaged, namesOf } from './support/managed-gateway.ts';

const KEYS = 'LiteLLM_VerificationToken';
const TEAMS = 'LiteLLM_TeamTable';
const USERS = 'LiteLLM_UserTable';
const MODELS = 'LiteLLM_ProxyModelTable';

describeManaged(
  (at) => {
    const { lane, api } = at;
    const [ann, bob, crew, trusted] = namesOf(lane, 'ann', 'bob', 'crew', 'trusted');

    /** Of one object, the oldest first. */
    const audits = async (objectId: string): Promise<readonly JsonObject[]> => {
      const { body } = await api('GET', `/audit?object_id=${encodeURIComponent(objectId)}&sort_order=asc&page_size=100`);
      return (body['audit_logs'] as readonly JsonObject[]) ?? [];
    };
    const actions = async (objectId: string): Promise<readonly unknown[]> =>
      (await audits(objectId)).map(({ action, table_name: table }) => [table, action]);

    test('of a key: made, changed, blocked, unblocked, in place of another, deleted; never the key itself', async () => {
      const made = await api('POST', '/key/generate', { key_alias: `alias-${lane}`, metadata: { langfuse_secret_key: 'lf-secret' } });
      const [key, hash] = [String(made.body['key']), String(made.body['token_id'])];
      await api('POST', '/key/update', { key, max_budget: 5 });
      await api('POST', '/key/bulk_update', { keys: [{ key, tags: ['a'] }, { key: 'sk-nobody-has-this-one' }] });
      await api('POST', '/key/block', { key });
      await api('POST', '/key/unblock', { key });
      const next = await api('POST', `/key/${hash}/regenerate`, {});
      const [newKey, newHash] = [String(next.body['key']), String(next.body['token_id'])];
      await api('POST', '/key/delete', { keys: [newKey] });
      const rows = await audits(hash);
      expect(rows.map(({ action }) => action)).toStrictEqual(['created', 'updated', 'updated', 'blocked', 'unblocked', 'rotated']);
      const [created, updated] = rows;
      expect(created).toMatchObject({
        table_name: KEYS,
        before_value: null,
        updated_values: {
          token: hash,
          key: `sk-...${key.slice(-4)}`,
          key_alias: `alias-${lane}`,
          metadata: { langfuse_secret_key: '****' },
        },
        changed_by: 'default_user_id',
        changed_by_api_key: 'litellm_proxy_master_key',
      });
      expect(updated?.['before_value']).toMatchObject({ token: hash, key_alias: `alias-${lane}` });
      expect(updated?.['updated_values']).toStrictEqual({ max_budget: 5 });
      expect(rows.at(-1)).toMatchObject({
        before_value: { token: hash },
        updated_values: { token_id: newHash, key: `sk-...${newKey.slice(-4)}` },
      });
      expect(await audits(newHash)).toMatchObject([{ action: 'deleted', before_value: { token: newHash }, updated_values: {} }]);
      const all = JSON.stringify([...rows, ...(await audits(newHash))]);
      for (const secret of [key, newKey, 'lf-secret', MASTER_KEY]) expect(all).not.toContain(secret);
    });

    test('of a team: its members, whom it makes and whose keys go with it', async () => {
      await api('POST', '/team/new', { team_id: crew });
      await api('POST', '/team/update', { team_id: crew, max_budget: 7 });
      await api('POST', '/team/member_add', { team_id: crew, member: [{ role: 'user', user_id: ann }] });
      await api('POST', '/team/member_add', { team_id: crew, member: [{ role: 'user', user_id: ann }] });
      await api('POST', '/team/member_update', { team_id: crew, user_id: ann, max_budget_in_team: 1 });
      const own = String((await api('POST', '/key/generate', { team_id: crew, user_id: ann })).body['token_id']);
      const others = String((await api('POST', '/key/generate', { team_id: crew })).body['token_id']);
      const path = `/management/v1/teams/${crew}/members/bulk_update`;
      await api('POST', path, { members: [{ user_id: ann, max_budget_in_team: 2 }] });
      await api('POST', '/team/member_delete', { team_id: crew, user_id: ann });
      await api('POST', '/team/block', { team_id: crew });
      await api('POST', '/team/delete', { team_ids: [crew] });
      const rows = await audits(crew);
      expect(rows.map(({ action }) => action)).toStrictEqual(['created', 'updated', 'updated', 'updated', 'updated', 'blocked', 'deleted']);
      expect(rows[1]).toMatchObject({ table_name: TEAMS, before_value: { team_id: crew }, updated_values: { max_budget: 7 } });
      expect(rows[3]).toMatchObject({
        before_value: { team_member_budgets: [{ user_id: ann, max_budget: 1 }] },
        updated_values: { team_member_budgets: [{ user_id: ann, max_budget: 2 }] },
      });
      const members = [rows[2], rows[4]].map((row) =>
        isObject(row?.['updated_values']) ? row['updated_values']['members_with_roles'] : undefined,
      );
      expect(members).toMatchObject([[{ user_id: ann, role: 'user' }], []]);
      expect(await actions(ann)).toStrictEqual([[USERS, 'created']]);
      expect(await actions(own)).toStrictEqual([
        [KEYS, 'created'],
        [KEYS, 'deleted'],
      ]);
      expect(await actions(others)).toStrictEqual([
        [KEYS, 'created'],
        [KEYS, 'deleted'],
      ]);
    });

    test('of users, models and settings, as they are from then on', async () => {
      await api('POST', '/user/new', { user_id: bob, user_email: `${bob}@example.com`, auto_create_key: false });
      await api('POST', '/user/update', { user_email: `${bob}@example.com`, max_budget: 3 });
      await api('POST', '/user/bulk_update', { users: [{ user_id: bob, max_budget: 4 }, { user_id: `no-${bob}` }] });
      await api('POST', '/user/delete', { user_ids: [bob] });
      const users = await audits(bob);
      expect(users.map(({ action }) => action)).toStrictEqual(['created', 'updated', 'updated', 'deleted']);
      expect(users[1]).toMatchObject({ before_value: { user_id: bob }, updated_values: { user_id: bob, max_budget: 3 } });

      const id = `model-${lane}`;
      const row = { model_name: id, litellm_params: { model: 'openai/gpt-5', api_key: 'sk-of-the-provider' }, model_info: { id } };
      await api('POST', '/model/new', row);
      await api('POST', '/model/update', { model_info: { id }, litellm_params: { model: 'openai/gpt-5-mini' } });
      await api('POST', '/model/block', { model_id: id });
      await api('POST', '/model/delete', { id });
      const models = await audits(id);
      expect(models.map(({ action, table_name: table }) => [table, action])).toStrictEqual(
        ['created', 'updated', 'blocked', 'deleted'].map((action) => [MODELS, action]),
      );
      expect(models[0]).toMatchObject({ updated_values: { model_id: id, litellm_params: { api_key: '****' } } });
      expect(JSON.stringify(models)).not.toContain('sk-of-the-provider');

      const before = (await audits('router_settings')).length;
      expect(await api('POST', '/config/update', { router_settings: { cooldown_time: before + 1 } })).toMatchObject({ status: 200 });
      const settings = await audits('router_settings');
      expect(settings).toHaveLength(before + 1);
      expect(settings.at(-1)).toMatchObject({ table_name: 'LiteLLM_Config', updated_values: { cooldown_time: before + 1 } });
    });

    test('who changed it is whom a header names only where the metadata of his key or team says so', async () => {
      const admin = `admin-${lane}`;
      await api('POST', '/user/new', { user_id: admin, user_role: 'proxy_admin', auto_create_key: false });
      await api('POST', '/team/new', { team_id: trusted, metadata: { allow_litellm_changed_by_header: true } });
      const keyFor = async (more: JsonObject): Promise<string> =>
        String((await api('POST', '/key/generate', { user_id: admin, ...more })).body['key']);
      const plain = await keyFor({});
      const named = await keyFor({ metadata: { allow_litellm_changed_by_header: true } });
      const ofTeam = await keyFor({ team_id: trusted });
      for (const [index, key] of [plain, named, ofTeam].entries()) {
        const team_id = `made-${index}-${lane}`;
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'litellm-changed-by': 'somebody' };
        const made = await fetch(`${at.url}/team/new`, { method: 'POST', headers, body: JSON.stringify({ team_id }) });
        expect(made.status).toBe(200);
        expect(await audits(team_id)).toMatchObject([{ changed_by: index === 0 ? admin : 'somebody' }]);
      }
    });

    test('a change stands although it cannot be written down', async () => {
      const rename = (from: string, to: string): Promise<unknown> =>
        at.database.ask((connection) => connection.execute(`ALTER TABLE "${from}" RENAME TO "${to}"`));
      const team_id = `unwritten-${lane}`;
      await rename('LiteLLM_AuditLog', 'away');
      try {
        expect((await api('POST', '/team/new', { team_id })).status).toBe(200);
      } finally {
        await rename('away', 'LiteLLM_AuditLog');
      }
      expect((await api('GET', `/team/info?team_id=${team_id}`)).status).toBe(200);
      expect(await audits(team_id)).toStrictEqual([]);
    });

    test('what is refused is not written down', async () => {
      const team_id = `refused-${lane}`;
      expect((await api('POST', '/team/new', { team_id, max_budget: 'much' })).status).toBe(422);
      expect((await api('POST', '/team/update', { team_id, max_budget: 1 })).status).toBe(404);
      expect((await api('POST', '/team/delete', { team_ids: [team_id] })).status).toBe(404);
      expect(await audits(team_id)).toStrictEqual([]);
    });
  },
  { more: { litellm_settings: { store_audit_logs: true }, general_settings: { store_model_in_db: true } } },
);

describeManaged(({ lane, api }) => {
  test('nobody who did not ask for it has changes written down', async () => {
    await api('POST', '/team/new', { team_id: `quiet-${lane}` });
    expect((await api('GET', `/audit?object_id=quiet-${lane}`)).body).toMatchObject({ audit_logs: [], total: 0 });
  });
});
