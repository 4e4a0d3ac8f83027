import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import { systemClock } from '@stagegate/gateway-engine/ports';
import { createMemoryCache } from '@stagegate/gateway-engine/response-cache';
import { tables } from '@stagegate/gateway-engine/store';
import { announceChange } from '@stagegate/gateway-engine/tenants';
import type { Script } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import { MASTER_KEY } from './support/gateway.ts';
import { describeManaged, type Answer } from './support/managed-gateway.ts';
import { ANSWER, priced, PRICED_GROUP } from './support/priced-models.ts';

const HANGS: Script = { end: 'hang', cutAfterBytes: 0 };
/** Of a few tokens of a prompt and ten of an answer: three take all of five cents. */
const CALL = { model: 'priced', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 10 };
const MAX_USD = 0.05;

describeManaged(
  (at) => {
    const { lane, api } = at;
    const make = async (body: JsonObject): Promise<string> => String((await api('POST', '/key/generate', body)).body['key']);
    const send = (key: string, more: JsonObject = {}, signal?: AbortSignal): Promise<Response> =>
      fetch(`${at.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...CALL, ...more }),
        ...(signal !== undefined && { signal }),
      });
    const spendOf = async (key: string): Promise<number> => {
      const found = await at.database.keys.find(hashKey(key));
      return found.kind === 'found' ? (found.caller.grants?.budget.spend ?? NaN) : NaN;
    };
    const rowOf = async (key: string): Promise<number> => {
      await expect.poll(() => at.database.ledger.flush()).toBe(true);
      const row = await at.database.ask((connection) => tables.keys.find(connection, { token: hashKey(key) }));
      return row?.spend ?? NaN;
    };
    /** Starts as many calls that no provider answers, and waits until each has gone out or was refused. */
    const hang = async (key: string, calls: number, more: JsonObject = {}): Promise<{ refused: Answer[]; leave: () => void }> => {
      at.upstream.enqueue(...Array.from({ length: calls }, () => HANGS));
      const before = at.upstream.requests.length;
      const clients = new AbortController();
      const refused: Answer[] = [];
      for (let call = 0; call < calls; call += 1) {
        void send(key, more, clients.signal).then(
          async (answer) => void refused.push({ status: answer.status, body: (await answer.json()) as JsonObject }),
          () => undefined,
        );
      }
      await expect.poll(() => at.upstream.requests.length - before + refused.length).toBe(calls);
      at.upstream.clearScripts();
      return { refused, leave: () => clients.abort() };
    };

    test('of many calls at once no more go out than there is money for; when they are broken off there is money again', async () => {
      const key = await make({ max_budget: MAX_USD });
      const { refused, leave } = await hang(key, 9);
      expect(refused.map(({ status }) => status)).toStrictEqual(Array(6).fill(422));
      expect(refused[0]?.body).toMatchObject({
        error: { type: 'budget_exceeded', message: expect.stringMatching(/^Budget has been exceeded! Key=\S+ .*Max budget: 0\.05$/u) },
      });
      expect(await spendOf(key)).toBeCloseTo(MAX_USD, 9);
      leave();
      await expect.poll(async () => (await send(key)).status).toBe(200);
    });

    test('nobody else’s calls take of it; whoever belongs to the same team does', async () => {
      const team = `held-${lane}`;
      expect((await api('POST', '/team/new', { team_id: team, max_budget: MAX_USD })).status).toBe(200);
      const [one, other, apart] = [await make({ team_id: team }), await make({ team_id: team }), await make({ max_budget: MAX_USD })];
      const { leave } = await hang(one, 3);
      expect((await send(other)).status).toBe(422);
      expect([(await send(apart)).status, (await send(MASTER_KEY)).status]).toStrictEqual([200, 200]);
      leave();
      await expect.poll(async () => (await send(other)).status).toBe(200);
    });

    test('a tag’s money, a customer’s, a window’s and a model access group’s are set aside too', async () => {
      const [tag, customer] = [`held-${lane}`, `held-customer-${lane}`];
      expect((await api('POST', '/tag/new', { name: tag, max_budget: MAX_USD })).status).toBe(200);
      expect((await api('POST', '/customer/new', { user_id: customer, max_budget: MAX_USD })).status).toBe(200);
      const windowed = await make({ budget_limits: [{ budget_duration: '1d', max_budget: MAX_USD }] });
      const budget_id = `held-group-${lane}`;
      expect((await api('POST', '/budget/new', { budget_id, max_budget: MAX_USD })).status).toBe(200);
      await at.database.ask((connection) => tables.accessGroupBudgets.insert(connection, { access_group_name: PRICED_GROUP, budget_id }));
      await announceChange(at.database.store, { kind: 'model_access_group', id: PRICED_GROUP });
      const grouped = await make({ models: [PRICED_GROUP] });
      for (const [key, more] of [
        [grouped, {}],
        [MASTER_KEY, { metadata: { tags: [tag] } }],
        [MASTER_KEY, { user: customer }],
        [windowed, {}],
      ] as const) {
        const { refused, leave } = await hang(key, 4, more);
        expect(refused.map(({ status }) => status)).toStrictEqual([422]);
        leave();
      }
      await at.database.ask((connection) => tables.accessGroupBudgets.remove(connection, { access_group_name: PRICED_GROUP }));
      await announceChange(at.database.store, { kind: 'model_access_group', id: PRICED_GROUP });
    });

    test.each<[string, Script, JsonObject]>([
      ['a whole answer', { body: { ...ANSWER, id: 'whole' } }, {}],
      ['an error', { status: 400, body: { error: { message: 'no' } } }, {}],
      ['a stream', {}, { stream: true }],
      ['a stream that is cut', { cutAfterBytes: 300, end: 'reset' }, { stream: true }],
    ])('after %s only what it cost is left', async (_name, script, more) => {
      const key = await make({ max_budget: 1 });
      at.upstream.enqueue(script);
      const answer = await send(key, more);
      await answer.text().catch(() => undefined);
      await expect.poll(async () => (await rowOf(key)) - (await spendOf(key))).toBeCloseTo(0, 9);
      expect(await spendOf(key)).toBeLessThan(MAX_USD);
    });

    test.each([{}, { stream: true }])('an answer that was kept leaves nothing set aside: %j', async (more) => {
      const key = await make({ max_budget: 1 });
      const asked = { ...more, cache: { 'use-cache': true, namespace: `${lane}-${JSON.stringify(more)}` } };
      const before = at.upstream.requests.length;
      // The first is kept when it is over.
      await expect
        .poll(
          async () => {
            const answer = await send(key, asked);
            await answer.text();
            return answer.headers.get('x-litellm-cache-key');
          },
          { timeout: 20_000 },
        )
        .not.toBeNull();
      expect(at.upstream.requests.length).toBeGreaterThan(before);
      await expect.poll(async () => (await rowOf(key)) - (await spendOf(key))).toBeCloseTo(0, 9);
    });

    test('a key that goes on without money has none set aside, and goes on when it is spent', async () => {
      const key = await make({ max_budget: 0.003, rpm_limit: 20, throttle_on_budget_exceeded: true });
      const { refused, leave } = await hang(key, 5);
      expect([refused, await spendOf(key)]).toStrictEqual([[], 0]);
      leave();
      expect((await send(key)).status).toBe(200);
      await expect.poll(() => spendOf(key)).toBeGreaterThan(0.003);
      const answer = await send(key);
      expect([answer.status, answer.headers.get('x-ratelimit-api_key-limit-requests')]).toStrictEqual([200, '10']);
    });

    test('a call to what costs nothing sets nothing aside, nor does one to what nobody knows the price of', async () => {
      const key = await make({ max_budget: MAX_USD });
      const { refused, leave } = await hang(key, 5, { model: 'free' });
      expect([refused, await spendOf(key)]).toStrictEqual([[], 0]);
      leave();
    });
  },
  {
    more: (url) => {
      const free = { model: 'openai/nobody-knows', api_base: `${url}/v1`, api_key: 'k' };
      return {
        model_list: [...(priced(url)['model_list'] as readonly JsonObject[]), { model_name: 'free', litellm_params: free }],
        litellm_settings: {
          num_retries: 0,
          budget_exceeded_throttle_percentage: 0.5,
          cache: true,
          cache_params: { type: 'local', mode: 'default_off' },
        },
      };
    },
    cache: () => createMemoryCache({ bytesMax: 1_000_000 }, systemClock),
  },
);
