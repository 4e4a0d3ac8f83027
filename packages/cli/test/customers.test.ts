import type { JsonObject } from '@stagegate/core-transforms';
import { tables } from '@stagegate/gateway-engine/store';
import { expect, onTestFinished, test } from 'vitest';
import { configFor, MASTER_KEY, startGateway } from './support/gateway.ts';
import { callerOf, describeManaged, makeUsers, namesOf, type Answer } from './support/managed-gateway.ts';
import { ANSWER, priced } from './support/priced-models.ts';

/** Whom calls are for: which budget he has, where he is answered, and whether he is anybody, in every lane. */

const rowsOf = (url: string): JsonObject => {
  const { model_list: rows } = priced(url);
  const row = (model_name: string, id: string, region_name?: string): JsonObject => ({
    model_name,
    litellm_params: { model: 'openai/gpt-4o', api_base: `${url}/v1`, api_key: 'k', ...(region_name !== undefined && { region_name }) },
    model_info: { id },
  });
  const spread = [row('spread', 'here', 'eu'), row('spread', 'there', 'us'), row('spread', 'nowhere'), row('spread', 'south', 'australia')];
  return { model_list: [...(rows as readonly JsonObject[]), ...spread, row('away', 'away', 'us')] };
};

describeManaged(
  (at) => {
    const { lane, api } = at;
    const make = async (body: JsonObject = {}): Promise<string> => String((await api('POST', '/key/generate', body)).body['key']);
    const spend = async (key: string, user: string): Promise<Answer> => {
      for (let calls = 0; ; calls += 1) {
        const answer = await at.chat(key, { model: 'priced', user });
        if (answer.status !== 200 || calls > 50) return answer;
      }
    };

    test('end_user_budget_id: a key gives customers who have no budget of their own one, each his own money', async () => {
      const [budget_id, anna, ben, own] = namesOf(lane, 'of-key', 'anna', 'ben', 'own');
      expect((await api('POST', '/budget/new', { budget_id, max_budget: 0.03 })).status).toBe(200);
      expect((await api('POST', '/customer/new', { user_id: own, max_budget: 0.05 })).status).toBe(200);
      const [key, plain] = [await make({ end_user_budget_id: budget_id }), await make()];
      expect(await spend(key, anna)).toMatchObject({
        status: 422,
        body: { error: { message: expect.stringMatching(`^ExceededBudget: End User=${anna} over budget. Spend=0.0\\d+, Budget=0.03$`) } },
      });
      expect((await at.chat(plain, { model: 'priced', user: anna })).status).toBe(200);
      expect((await at.chat(key, { model: 'priced', user: ben })).status).toBe(200);
      expect(JSON.stringify((await spend(key, own)).body)).toContain('Budget=0.05');
    });

    test('only a budget that there is can be named, and only by an admin', async () => {
      const [budget_id] = namesOf(lane, 'nobodys');
      const refused = await api('POST', '/key/generate', { end_user_budget_id: budget_id });
      expect([refused.status, JSON.stringify(refused.body)]).toStrictEqual([400, expect.stringContaining('does not match any budget')]);
      expect((await api('POST', '/budget/new', { budget_id, max_budget: 5 })).status).toBe(200);
      const own = (await makeUsers(api, namesOf(lane, 'no-admin')))(`no-admin-${lane}`);
      for (const said of [{ end_user_budget_id: budget_id }, { metadata: { end_user_budget_id: budget_id } }]) {
        expect((await api('POST', '/key/update', { key: own, ...said }, own)).status).toBe(403);
        expect((await api('POST', '/key/update', { key: own, ...said })).status).toBe(200);
        expect((await api('POST', '/key/update', { key: own, metadata: {} })).status).toBe(200);
      }
    });

    test('allowed_model_region: a customer is answered from his region alone, whatever his call says', async () => {
      const [user] = namesOf(lane, 'regional');
      expect((await api('POST', '/customer/new', { user_id: user, allowed_model_region: 'us' })).status).toBe(200);
      const idsOf = async (body: JsonObject): Promise<ReadonlySet<unknown>> => {
        const ids = new Set<unknown>();
        for (let count = 0; count < 12; count += 1) {
          const answer = await fetch(`${at.url}/v1/chat/completions`, {
            method: 'POST',
            headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
            body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], ...body }),
          });
          await answer.arrayBuffer();
          ids.add(answer.ok ? answer.headers.get('x-litellm-model-id') : answer.status);
        }
        return ids;
      };
      expect(await idsOf({ model: 'spread', user })).toStrictEqual(new Set(['there']));
      expect(await idsOf({ model: 'spread', user, allowed_model_region: 'eu' })).toStrictEqual(new Set(['there']));
      expect((await idsOf({ model: 'spread', user: 'anybody' })).size).toBeGreaterThan(1);
      expect((await api('POST', '/customer/update', { user_id: user, allowed_model_region: 'eu' })).status).toBe(200);
      expect(await idsOf({ model: 'away', user })).toStrictEqual(new Set([429]));
    });

    test('validate_end_user_id_in_db: whoever is neither customer nor user is nobody', async () => {
      const { keys, store, ledger } = at.database;
      const config = configFor(at.upstreamUrl, { ...rowsOf(at.upstreamUrl), litellm_settings: { validate_end_user_id_in_db: true } });
      const gateway = await startGateway(lane, config, { keys, store, spending: ledger });
      onTestFinished(() => gateway.close());
      const [customer, user, stranger, budget_id] = namesOf(lane, 'customer', 'user', 'stranger', 'strangers');
      expect((await api('POST', '/customer/new', { user_id: customer })).status).toBe(200);
      expect((await api('POST', '/user/new', { user_id: user, user_email: `Who@${user}.example` })).status).toBe(200);
      expect((await api('POST', '/budget/new', { budget_id, max_budget: 5 })).status).toBe(200);
      const [key, giving] = [await make(), await make({ end_user_budget_id: budget_id })];
      const asked = [
        [key, customer, customer],
        [key, user, user],
        [key, `who@${user}.EXAMPLE`, `who@${user}.EXAMPLE`],
        [key, stranger, ''],
        [key, `{"id":"${customer}"}`, ''],
        [giving, stranger, stranger],
      ] as const;
      for (const [at_, [by, name]] of asked.entries()) {
        at.upstream.enqueue({ body: { ...ANSWER, id: `${lane}-known-${at_}` } });
        const body = { model: 'priced', messages: [{ role: 'user', content: 'Hello' }], user: name };
        expect((await callerOf(gateway.url)('POST', '/v1/chat/completions', body, by)).status).toBe(200);
      }
      await expect.poll(() => ledger.flush()).toBe(true);
      const noted = await at.database.ask(async (database) =>
        Promise.all(
          [...asked.keys()].map(async (at_) => (await tables.spendLogs.find(database, { request_id: `${lane}-known-${at_}` }))?.end_user),
        ),
      );
      expect(noted).toStrictEqual(asked.map(([, , end_user]) => end_user));
    });
  },
  { more: rowsOf },
);
