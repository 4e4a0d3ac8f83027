import type { JsonObject } from '@stagegate/core-transforms';
import { tables } from '@stagegate/gateway-engine/store';
import { expect, test } from 'vitest';
import { MASTER_KEY } from './support/gateway.ts';
import { describeManaged, makeUsers, type Answer } from './support/managed-gateway.ts';
import { priced, PRICED_GROUP } from './support/priced-models.ts';

const PATH = `/access_group/${PRICED_GROUP}/budget`;
const NO_BUDGET = { access_group: PRICED_GROUP, spend: 0, budget: null };

describeManaged(
  (at) => {
    const { lane, api } = at;
    const make = async (body: JsonObject): Promise<string> => String((await api('POST', '/key/generate', body)).body['key']);
    const ask = (key: string, model = 'priced'): Promise<Answer> => at.chat(key, { model });
    /** What stands in the row. */
    const spent = async (): Promise<number> => {
      await expect.poll(() => at.database.ledger.flush()).toBe(true);
      return Number((await api('GET', PATH)).body['spend']);
    };

    test('a budget is set, shown, changed and deleted; what cannot be held is refused', async () => {
      const keyOf = await makeUsers(api, [`member-${lane}`]);
      const member = keyOf(`member-${lane}`);
      expect(await api('GET', PATH)).toStrictEqual({ status: 200, body: NO_BUDGET });
      const made = await api('PUT', PATH, { max_budget: 5, budget_duration: '30d' });
      const { budget } = made.body as { budget: JsonObject };
      expect(made).toStrictEqual({
        status: 200,
        body: {
          ...NO_BUDGET,
          budget: {
            budget_id: expect.any(String),
            max_budget: 5,
            soft_budget: null,
            budget_duration: '30d',
            budget_reset_at: expect.stringMatching(/^2/u),
          },
        },
      });
      const changed = { ...budget, max_budget: 7, soft_budget: 6 };
      expect((await api('PUT', PATH, { max_budget: 7, soft_budget: 6, budget_duration: null })).body).toMatchObject({ budget: changed });
      expect((await api('PUT', PATH, { budget_id: String(budget['budget_id']), soft_budget: 3 })).body).toMatchObject({
        budget: { ...changed, soft_budget: 3 },
      });
      const info = { access_group: PRICED_GROUP, spend: 0, budget: { max_budget: 7 } };
      expect((await api('GET', `/access_group/${PRICED_GROUP}/info`)).body).toMatchObject(info);
      expect((await api('GET', '/access_group/list')).body).toMatchObject({ access_groups: [info] });
      const [named, other] = [`named-${lane}`, `other-${lane}`];
      for (const budget_id of [named, other]) expect((await api('POST', '/budget/new', { budget_id, max_budget: 1 })).status).toBe(200);
      expect((await api('PUT', PATH, { budget_id: named })).body).toMatchObject({ budget: { budget_id: named, max_budget: 1 } });
      for (const [method, path, body, status, key] of [
        ['PUT', PATH, {}, 400],
        ['PUT', PATH, { max_budget: null }, 400],
        ['PUT', PATH, { max_budget: -1 }, 422],
        ['PUT', PATH, { tpm_limit: 1 }, 422],
        ['PUT', PATH, { budget_duration: 'never' }, 400],
        ['PUT', PATH, { budget_id: 'nowhere' }, 400],
        ['PUT', PATH, { budget_id: other, max_budget: 1 }, 400],
        ['PUT', '/access_group/nowhere/budget', { max_budget: 1 }, 404],
        ['GET', '/access_group/nowhere/budget', undefined, 404],
        ['DELETE', '/access_group/nowhere/budget', undefined, 404],
        ['PUT', PATH, { max_budget: 1 }, 401, member],
        ['GET', PATH, undefined, 401, member],
        ['DELETE', PATH, undefined, 401, member],
      ] as const) {
        expect([method, path, body, (await api(method, path, body, key)).status]).toStrictEqual([method, path, body, status]);
      }
      const message = `Budget for access group '${PRICED_GROUP}' deleted successfully`;
      expect((await api('DELETE', PATH)).body).toStrictEqual({ access_group: PRICED_GROUP, budget_deleted: true, message });
      expect((await api('DELETE', PATH)).body).toMatchObject({
        budget_deleted: false,
        message: `Access group '${PRICED_GROUP}' has no budget to delete`,
      });
      expect((await api('GET', PATH)).body).toStrictEqual(NO_BUDGET);
    });

    test('a group that has spent its money stops whoever a list lets in by its name, and nobody else', async () => {
      const team = `team-${lane}`;
      expect((await api('POST', '/team/new', { team_id: team, models: [PRICED_GROUP] })).status).toBe(200);
      const [one, other, ofTeam] = [
        await make({ models: [PRICED_GROUP, 'chat'] }),
        await make({ models: [PRICED_GROUP], aliases: { mine: 'priced' } }),
        await make({ team_id: team }),
      ];
      const apart = await make({ models: ['priced'] });
      expect((await api('PUT', PATH, { max_budget: 0.03 })).status).toBe(200);
      let refused = await ask(one);
      for (let calls = 1; refused.status === 200 && calls < 50; calls += 1) refused = await ask(calls % 2 === 0 ? one : other);
      const message = new RegExp(
        String.raw`^Budget has been exceeded! Model access group=${PRICED_GROUP} Current cost: 0\.\d+, Max budget: 0\.03$`,
        'u',
      );
      const error = { type: 'budget_exceeded', message: expect.stringMatching(message) };
      expect(refused).toMatchObject({ status: 422, body: { error } });
      for (const answer of [await ask(one), await ask(other), await ask(other, 'mine'), await ask(ofTeam)]) {
        expect(answer).toMatchObject({ status: 422, body: { error } });
      }
      const before = await spent();
      expect(before).toBeGreaterThan(0.02);
      for (const answer of [await ask(one, 'chat'), await ask(apart), await ask(MASTER_KEY)]) expect(answer.status).toBe(200);
      expect(await spent()).toBe(before);
      expect((await api('PUT', PATH, { max_budget: 1 })).status).toBe(200);
      expect((await ask(ofTeam)).status).toBe(200);
      expect(await spent()).toBeGreaterThan(before);
      expect((await api('PUT', PATH, { max_budget: 0.01 })).status).toBe(200);
      expect((await ask(ofTeam)).status).toBe(422);
      expect((await api('DELETE', PATH)).status).toBe(200);
      expect((await ask(ofTeam)).status).toBe(200);
    });

    test('a call that falls back to a model outside of the group costs it nothing', async () => {
      const key = await make({ models: [PRICED_GROUP] });
      expect((await api('PUT', PATH, { max_budget: 1 })).status).toBe(200);
      at.upstream.enqueue({ status: 500, body: { error: { message: 'no' } } });
      expect((await ask(key)).status).toBe(200);
      expect(await spent()).toBe(0);
      expect((await ask(key)).status).toBe(200);
      expect(await spent()).toBeGreaterThan(0);
      expect((await api('DELETE', PATH)).status).toBe(200);
    });

    test('who deletes a group deletes what it may spend', async () => {
      const group = `gone-${lane}`;
      await at.database.ask((connection) =>
        tables.models.insert(connection, {
          model_id: group,
          model_name: group,
          litellm_params: {},
          model_info: { access_groups: [group] },
          created_by: 'x',
          updated_by: 'x',
        }),
      );
      expect((await api('PUT', `/access_group/${group}/budget`, { max_budget: 1 })).status).toBe(200);
      expect((await api('DELETE', `/access_group/${group}/delete`)).status).toBe(200);
      const rows = await at.database.ask((connection) => tables.accessGroupBudgets.count(connection, { access_group_name: group }));
      expect(rows).toBe(0);
    });
  },
  {
    more: (url) => {
      const [dear, ...others] = priced(url)['model_list'] as readonly JsonObject[];
      const backup = { ...dear, model_name: 'backup', model_info: {} };
      return {
        model_list: [dear ?? {}, ...others, backup],
        router_settings: { fallbacks: [{ priced: ['backup'] }], num_retries: 0 },
        general_settings: { store_model_in_db: true },
      };
    },
    // A group is one of models of the database; those of the configuration may be in it too.
    prepare: (database) =>
      database.ask(async (connection) => {
        const row = { model_id: 'row', model_name: 'row', litellm_params: {}, created_by: 'x', updated_by: 'x' };
        await tables.models.insert(connection, { ...row, model_info: { access_groups: [PRICED_GROUP] } });
      }),
  },
);
