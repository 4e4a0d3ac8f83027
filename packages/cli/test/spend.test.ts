import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import { tables } from '@stagegate/gateway-engine/store';
import { expect, test } from 'vitest';
import { GATEWAYS } from './support/gateway.ts';
import { describeManaged, type ManagedDatabase } from './support/managed-gateway.ts';
import { ANSWER, priced, TOKEN_USD } from './support/priced-models.ts';

const prepare = async (database: ManagedDatabase): Promise<void> => {
  await database.ask(async (connection) => {
    await tables.users.insert(connection, { user_id: 'ann', user_role: 'internal_user', models: [], teams: ['crew'] });
    await tables.teams.insert(connection, {
      team_id: 'crew',
      models: [],
      members_with_roles: [{ user_id: 'ann', user_email: null, role: 'user' }],
    });
  });
};

describeManaged(
  (at) => {
    const { lane, api } = at;
    const make = async (body: JsonObject = {}): Promise<string> => {
      const made = await api('POST', '/key/generate', body);
      expect([made.status, made.body['error']]).toStrictEqual([200, undefined]);
      return String(made.body['key']);
    };
    const spendOf = async (key: string): Promise<unknown> => {
      await expect.poll(() => at.database.ledger.flush()).toBe(true);
      const info = await api('GET', `/key/info?key=${key}`);
      return (info.body['info'] as JsonObject)['spend'];
    };
    const tokensOf = (body: JsonObject): number => Number((body['usage'] as JsonObject)['total_tokens']);

    test('a key is refused once its money is spent, and nobody else is', async () => {
      const [key, other] = [await make({ max_budget: 0.03 }), await make({ max_budget: 0.03 })];
      let spent = 0;
      let calls = 0;
      for (; spent < 0.03; calls += 1) {
        const answer = await at.chat(key, { model: 'priced' });
        expect(answer.status).toBe(200);
        spent += tokensOf(answer.body) * TOKEN_USD;
      }
      expect(calls).toBeGreaterThan(1);
      const refused = await at.chat(key, { model: 'priced' });
      expect([refused.status, (refused.body['error'] as JsonObject)['type']]).toStrictEqual([422, 'budget_exceeded']);
      expect((refused.body['error'] as JsonObject)['message']).toMatch(
        /^Budget has been exceeded! Key=key \(sk-\.\.\..{4}\) Current cost: 0\.0\d+, Max budget: 0\.03$/u,
      );
      expect((await at.chat(other, { model: 'priced' })).status).toBe(200);
      expect(await spendOf(key)).toBeCloseTo(spent, 9);
      expect(await spendOf(other)).toBeCloseTo(spent / calls, 9);
    });

    test('a spend that is set anew loses and doubles nothing of what is not written yet', async () => {
      const key = await make({ max_budget: 1 });
      const call = async (): Promise<number> => tokensOf((await at.chat(key, { model: 'priced' })).body) * TOKEN_USD;
      const first = await call();
      expect(await spendOf(key)).toBeCloseTo(first, 9);
      const unwritten = await call();
      expect(await api('POST', `/key/${hashKey(key)}/reset_spend`, { reset_to: 0 })).toMatchObject({ status: 200, body: { spend: 0 } });
      const live = async (): Promise<number | undefined> => {
        const found = await at.database.keys.find(hashKey(key));
        return found.kind === 'found' ? found.caller.grants?.budget.spend : undefined;
      };
      expect(await live()).toBeCloseTo(unwritten, 9);
      expect(await spendOf(key)).toBeCloseTo(unwritten, 9);
      expect(await live()).toBeCloseTo(unwritten, 9);
    });

    test('a call is written down once, for everybody whose money it is, without a word of what was said', async () => {
      const key = await make({ team_id: 'crew', user_id: 'ann', metadata: { tags: ['of-key'] }, key_alias: `spends-${lane}` });
      const before = await at.database.ask(async (connection) => ({
        team: await tables.teams.find(connection, { team_id: 'crew' }),
        user: await tables.users.find(connection, { user_id: 'ann' }),
        member: await tables.teamMemberships.find(connection, { user_id: 'ann', team_id: 'crew' }),
      }));
      at.upstream.enqueue({ body: { ...ANSWER, id: `chatcmpl-of-${lane}` } });
      const answer = await at.chat(key, { model: 'priced', user: `customer-${lane}`, metadata: { tags: ['of-call'] } });
      const cost = tokensOf(answer.body) * TOKEN_USD;
      expect(await spendOf(key)).toBeCloseTo(cost, 9);
      const after = await at.database.ask(async (connection) => ({
        team: await tables.teams.find(connection, { team_id: 'crew' }),
        user: await tables.users.find(connection, { user_id: 'ann' }),
        member: await tables.teamMemberships.find(connection, { user_id: 'ann', team_id: 'crew' }),
        endUser: await tables.endUsers.find(connection, { user_id: `customer-${lane}` }),
        rows: await tables.spendLogs.list(connection, { api_key: hashKey(key) }, { sortBy: 'request_id', limit: 10 }),
      }));
      expect(after.team?.spend).toBeCloseTo((before.team?.spend ?? 0) + cost, 9);
      expect(after.user?.spend).toBeCloseTo((before.user?.spend ?? 0) + cost, 9);
      expect(after.member?.spend).toBeCloseTo((before.member?.spend ?? 0) + cost, 9);
      expect(after.endUser?.spend).toBeCloseTo(cost, 9);
      expect(after.rows).toHaveLength(1);
      expect(after.rows[0]).toMatchObject({
        request_id: answer.body['id'],
        call_type: 'acompletion',
        spend: expect.closeTo(cost, 9),
        total_tokens: tokensOf(answer.body),
        model: 'openai/gpt-4o',
        model_group: 'priced',
        custom_llm_provider: 'openai',
        user: 'ann',
        team_id: 'crew',
        end_user: `customer-${lane}`,
        cache_hit: 'False',
        status: 'success',
        request_tags: expect.arrayContaining(['of-call', 'of-key']),
      });
      expect(JSON.stringify(after.rows)).not.toContain('Hello');
    });

    test.each([
      ['usage that the client asked for', { stream_options: { include_usage: true } }],
      ['usage that nobody asked for is estimated', {}],
    ])('a stream is charged at its end: %s', async (_name, more) => {
      const key = await make();
      const response = await fetch(`${at.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'priced', messages: [{ role: 'user', content: 'Hello there' }], stream: true, ...more }),
      });
      expect(await response.text()).toContain('[DONE]');
      await expect.poll(() => spendOf(key)).toBeGreaterThan(0);
    });

    test('messages and their streams are charged too', async () => {
      for (const stream of [false, true]) {
        const key = await make();
        const response = await fetch(`${at.url}/v1/messages`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'messages', max_tokens: 20, messages: [{ role: 'user', content: 'Hello there' }], stream }),
        });
        expect(response.status).toBe(200);
        await response.text();
        await expect.poll(() => spendOf(key)).toBeGreaterThan(0);
      }
    });
  },
  {
    prepare,
    more: priced,
  },
);

describeManaged(
  (at) => {
    test('what everybody together may spend holds for everybody, also for the master key', async () => {
      const statuses: number[] = [];
      const made = await at.api('POST', '/key/generate', {});
      for (let call = 0; call < 4; call += 1) {
        at.upstream.enqueue({ body: { ...ANSWER, id: `chatcmpl-${at.lane}-${call}` } });
        statuses.push((await at.chat(String(made.body['key']), { model: 'priced' })).status);
      }
      const refused = await at.api('POST', '/v1/chat/completions', { model: 'priced', messages: [{ role: 'user', content: 'Hello' }] });
      expect([refused.status, (refused.body['error'] as JsonObject)['type']]).toStrictEqual([422, 'budget_exceeded']);
      expect((refused.body['error'] as JsonObject)['message']).toMatch(
        /^Budget has been exceeded! Current cost: 0\.0[34]\d*, Max budget: 0\.025$/u,
      );
      // The first lane spends it, the others find it spent.
      expect(statuses).toStrictEqual(at.lane === GATEWAYS[0] ? [200, 200, 200, 422] : [422, 422, 422, 422]);
      await expect.poll(() => at.database.ledger.flush()).toBe(true);
      const row = await at.database.ask((connection) => tables.users.find(connection, { user_id: 'litellm-proxy-budget' }));
      expect(row).toMatchObject({
        spend: expect.closeTo(0.03, 9),
        max_budget: 0.025,
        budget_duration: '30d',
        budget_reset_at: expect.any(Date),
      });
      at.upstream.clearScripts();
    });
  },
  {
    more: (upstreamUrl) => ({ ...priced(upstreamUrl), litellm_settings: { max_budget: 0.025, budget_duration: '30d', num_retries: 0 } }),
    counts: { proxyBudget: () => ({ maxUsd: 0.025, duration: '30d' }) },
  },
);
