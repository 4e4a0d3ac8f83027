import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import { findWindowSpends, tables } from '@stagegate/gateway-engine/store';
import { announceChange } from '@stagegate/gateway-engine/tenants';
import { expect, test } from 'vitest';
import { MASTER_KEY } from './support/gateway.ts';
import { describeManaged, type Answer } from './support/managed-gateway.ts';
import { ANSWER, priced } from './support/priced-models.ts';

/** A refusal as a client sees it: its status, type and message. */
const refusalOf = ({ status, body }: Answer): unknown => {
  const { type, message } = (body['error'] ?? {}) as JsonObject;
  return { status, type, message };
};
const spentOf = (message: RegExp): unknown => ({ status: 422, type: 'budget_exceeded', message: expect.stringMatching(message) });

/** In the two ways in which it is written. */
const BY_MODEL = { priced: { budget_limit: 0.03, time_period: '1d' }, chat: { max_budget: 1, budget_duration: '30d' } };

describeManaged(
  (at) => {
    const { lane, api } = at;
    const make = async (body: JsonObject = {}): Promise<string> => String((await api('POST', '/key/generate', body)).body['key']);
    /** Calls until one is not answered. out: that one, and how many were. */
    const spend = async (call: () => Promise<Answer>): Promise<{ refused: Answer; calls: number }> => {
      for (let calls = 0; ; calls += 1) {
        const answer = await call();
        if (answer.status !== 200 || calls > 50) return { refused: answer, calls };
      }
    };

    test('a tag that has spent its money stops whoever names it, and nobody else', async () => {
      const [name, key, tagged] = [`tag-${lane}`, await make(), await make({ metadata: { tags: [`tag-${lane}`] } })];
      expect((await api('POST', '/tag/new', { name, max_budget: 0.03 })).status).toBe(200);
      const named = { model: 'priced', metadata: { tags: [name] } };
      const { refused, calls } = await spend(() => at.chat(key, named));
      const message = new RegExp(String.raw`^Budget has been exceeded! Tag=${name} Current cost: 0\.0\d+, Max budget: 0\.03$`, 'u');
      expect([refusalOf(refused), calls > 1]).toStrictEqual([spentOf(message), true]);
      for (const one of [
        at.chat(MASTER_KEY, named),
        at.chat(tagged, { model: 'priced' }),
        at.chat(key, { model: 'priced', tags: [name] }),
      ]) {
        expect(refusalOf(await one)).toStrictEqual(spentOf(message));
      }
      expect((await at.chat(key, { model: 'priced', metadata: { tags: ['other'] } })).status).toBe(200);
      expect((await api('POST', '/tag/info', { names: [name] })).body).toMatchObject({
        [name]: { litellm_budget_table: { max_budget: 0.03 } },
      });
      expect((await api('POST', '/tag/update', { name, max_budget: 1 })).status).toBe(200);
      expect((await at.chat(key, named)).status).toBe(200);
      expect((await api('POST', '/tag/update', { name, max_budget: 0.02 })).status).toBe(200);
      expect((await at.chat(key, named)).status).toBe(422);
      expect((await api('POST', '/tag/delete', { name })).status).toBe(200);
      expect((await at.chat(key, named)).status).toBe(200);
    });

    test('a key that has spent what a model may cost goes on with other models; its own word takes the place of its team’s', async () => {
      const team = `team-${lane}`;
      expect((await api('POST', '/team/new', { team_id: team, model_max_budget: BY_MODEL })).status).toBe(200);
      const key = await make({ model_max_budget: BY_MODEL, key_alias: `own-${lane}`, team_id: team });
      const { refused, calls } = await spend(() => at.chat(key, { model: 'priced' }));
      const message = `LiteLLM Virtual Key: ${hashKey(key)}, key_alias: own-${lane}, exceeded budget for model=priced`;
      expect([refusalOf(refused), calls > 1]).toStrictEqual([{ status: 422, type: 'budget_exceeded', message }, true]);
      expect((await at.chat(key, { model: 'chat' })).status).toBe(200);
      expect((await api('POST', '/key/update', { key, aliases: { another: 'priced' } })).status).toBe(200);
      expect((await at.chat(key, { model: 'another' })).status).toBe(422);
      // None of it was the team's.
      const others = await make({ team_id: team });
      const ofTeam = await spend(() => at.chat(others, { model: 'priced' }));
      expect(refusalOf(ofTeam.refused)).toMatchObject({ message: `LiteLLM Team: ${team}, exceeded budget for model=priced` });
      expect(ofTeam.calls).toBeGreaterThan(1);
    });

    test('what was spent of budgets by model stands in what is shown of keys, users and teams', async () => {
      const [user, team] = [`shown-user-${lane}`, `shown-team-${lane}`];
      const byModel = { priced: { budget_limit: 1, time_period: '1d' } };
      expect((await api('POST', '/user/new', { user_id: user, model_max_budget: byModel })).status).toBe(200);
      expect((await api('POST', '/team/new', { team_id: team, model_max_budget: byModel })).status).toBe(200);
      const [ofUser, ofTeam] = [await make({ user_id: user, model_max_budget: byModel }), await make({ team_id: team })];
      for (const key of [ofUser, ofTeam]) expect((await at.chat(key, { model: 'priced' })).status).toBe(200);
      const usage = { priced: { current_spend: expect.closeTo(0.01, 1) as number, budget_limit: 1, time_period: '1d' } };
      expect((await api('GET', `/key/info?key=${ofUser}`)).body).toMatchObject({ info: { model_max_budget_usage: usage } });
      expect((await api('GET', `/user/info?user_id=${user}`)).body).toMatchObject({ user_info: { model_max_budget_usage: usage } });
      expect((await api('GET', `/v2/user/info?user_id=${user}`)).body).toMatchObject({ model_max_budget_usage: usage });
      expect((await api('GET', `/team/info?team_id=${team}`)).body).toMatchObject({ team_info: { model_max_budget_usage: usage } });
      const spent = ((await api('GET', `/key/info?key=${ofUser}`)).body['info'] as JsonObject)['model_max_budget_usage'];
      expect((spent as typeof usage).priced.current_spend).toBeGreaterThan(0);
    });

    test('a key that has spent what a model may cost goes on with the first model in its place that it may call and has money for', async () => {
      const cheap = { priced: { budget_limit: 0.01, time_period: '1d' }, messages: { budget_limit: 0, time_period: '1d' } };
      const more = { model_max_budget: cheap, budget_fallbacks: { priced: ['messages', 'chat'] } };
      const key = await make(more);
      const apart = await make({ ...more, models: ['priced', 'messages'] });
      const answered = async (one: string): Promise<unknown> => {
        const { status, body } = await at.chat(one, { model: 'priced' });
        return status === 200 ? body['model'] : status;
      };
      expect([await answered(key), await answered(apart)]).toStrictEqual(['priced', 'priced']);
      await expect.poll(() => answered(key)).toBe('chat');
      await expect.poll(() => answered(apart)).toBe(422);
      expect((await at.chat(key, { model: 'messages' })).status).toBe(422);
    });

    test('money for several windows: the one that is spent stops the key, and a new one begins at nothing', async () => {
      const windows = [
        { budget_duration: '30d', max_budget: 1 },
        { budget_duration: '1d', max_budget: 0.03 },
      ];
      const key = await make({ budget_limits: windows });
      const { refused, calls } = await spend(() => at.chat(key, { model: 'priced' }));
      expect(calls).toBeGreaterThan(1);
      expect(refusalOf(refused)).toStrictEqual(spentOf(/^ExceededBudget: Key over 1d budget\. Spend=\$0\.0\d{3}, Limit=\$0\.03$/u));
      await expect.poll(() => at.database.ledger.flush()).toBe(true);
      const spentIn = (): Promise<number[]> =>
        at.database.ask(async (connection) => {
          const rows = ['1d', '30d'].map((duration) => ({ owner: 'key' as const, id: hashKey(key), duration, startMs: 0 }));
          return (await findWindowSpends(connection, rows)).map((row) => row.spend);
        });
      const [day = 0, month] = await spentIn();
      expect([day > 0.02, month]).toStrictEqual([true, day]);
      expect((await api('POST', `/key/${hashKey(key)}/reset_spend`, { reset_to: 0 })).status).toBe(200);
      expect((await at.chat(key, { model: 'priced' })).status).toBe(200);
      await expect.poll(() => at.database.ledger.flush()).toBe(true);
      expect((await spentIn()).every((usd) => usd > 0 && usd < day)).toBe(true);
    });

    test('a team’s windows are for all of its keys; what was spent before anybody counted is told by the calls', async () => {
      const team = `windows-${lane}`;
      expect((await api('POST', '/team/new', { team_id: team })).status).toBe(200);
      const [one, other] = [await make({ team_id: team }), await make({ team_id: team })];
      for (let calls = 0; calls < 3; calls += 1) {
        at.upstream.enqueue({ body: { ...ANSWER, id: `chatcmpl-${team}-${calls}` } });
        expect((await at.chat(one, { model: 'priced' })).status).toBe(200);
      }
      await expect.poll(() => at.database.ledger.flush()).toBe(true);
      await at.database.ask((connection) =>
        tables.teams.update(connection, { team_id: team }, { budget_limits: [{ budget_duration: '1d', max_budget: 0.02 }] }),
      );
      await announceChange(at.database.store, { kind: 'team', id: team });
      const message = new RegExp(String.raw`^ExceededBudget: Team=${team} over 1d budget\. Spend=\$0\.0\d{3}, Limit=\$0\.02$`, 'u');
      expect(refusalOf(await at.chat(other, { model: 'priced' }))).toStrictEqual(spentOf(message));
    });

    test('a member without a budget of his own has the one that his team’s members share', async () => {
      const [team, user] = [`shared-${lane}`, `member-${lane}`];
      expect((await api('POST', '/user/new', { user_id: user })).status).toBe(200);
      const members = [{ user_id: user, role: 'user' }];
      expect((await api('POST', '/team/new', { team_id: team, members_with_roles: members, team_member_budget: 0.03 })).status).toBe(200);
      // As one who was a member before there was a budget.
      await at.database.ask((connection) =>
        tables.teamMemberships.update(connection, { team_id: team, user_id: user }, { budget_id: null }),
      );
      const key = await make({ team_id: team, user_id: user });
      const { refused, calls } = await spend(() => at.chat(key, { model: 'priced' }));
      const message = new RegExp(
        String.raw`^Budget has been exceeded! User=${user} in Team=${team} Current cost: 0\.0\d+, Max budget: 0\.03$`,
        'u',
      );
      expect([refusalOf(refused), calls > 1]).toStrictEqual([spentOf(message), true]);
    });

    test('users and customers have budgets by model, over all of their keys', async () => {
      const [user, customer] = [`user-${lane}`, `customer-${lane}`];
      expect((await api('POST', '/user/new', { user_id: user, model_max_budget: BY_MODEL })).status).toBe(200);
      const [one, other] = [await make({ user_id: user }), await make({ user_id: user })];
      await spend(() => at.chat(one, { model: 'priced' }));
      expect(refusalOf(await at.chat(other, { model: 'priced' }))).toStrictEqual({
        status: 422,
        type: 'budget_exceeded',
        message: `LiteLLM User: ${user}, exceeded budget for model=priced`,
      });
      expect((await api('POST', '/customer/new', { user_id: customer, model_max_budget: BY_MODEL })).status).toBe(200);
      const [first, second] = [await make(), await make()];
      await spend(() => at.chat(first, { model: 'priced', user: customer }));
      expect(refusalOf(await at.chat(second, { model: 'priced', user: customer }))).toMatchObject({
        message: `LiteLLM End User: ${customer}, exceeded budget for model=priced`,
      });
      expect((await at.chat(second, { model: 'priced' })).status).toBe(200);
    });
  },
  { more: priced },
);
