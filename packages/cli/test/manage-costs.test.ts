import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '@stagegate/gateway-engine/auth';
import { tables } from '@stagegate/gateway-engine/store';
import { expect, test } from 'vitest';
import { describeManaged } from './support/managed-gateway.ts';

/** What calls are charged beside what providers charge, and the routes that say so. */

const answer = (): JsonObject => ({
  id: randomUUID(),
  object: 'chat.completion',
  created: 1_764_000_000,
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
});
/** At the prices of gpt-4o. */
const COST = 7 * 2.5e-6 + 3 * 1e-5;
const LEFT = COST - COST * 0.1;
const CHARGED = LEFT + (LEFT * 0.2 + 0.001);

describeManaged(
  (at) => {
    test('a call is charged less its provider’s discount, and more by the margin: in its header, its log, and its key', async () => {
      const made = await at.api('POST', '/key/generate', {});
      const key = String(made.body['key']);
      at.upstream.enqueue({ body: answer() });
      const answered = await fetch(`${at.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }] }),
      });
      expect([answered.status, Number(answered.headers.get('x-litellm-response-cost'))]).toStrictEqual([200, CHARGED]);
      const shown = ['original', 'discount-amount', 'margin-amount', 'margin-percent'];
      expect(shown.map((part) => Number(answered.headers.get(`x-litellm-response-cost-${part}`)))).toStrictEqual([
        COST,
        COST * 0.1,
        LEFT * 0.2 + 0.001,
        0.2,
      ]);
      await answered.text();
      await expect.poll(() => at.database.ledger.flush()).toBe(true);
      const [row] = await at.database.ask((connection) =>
        tables.spendLogs.list(connection, { api_key: hashKey(key) }, { sortBy: 'startTime', limit: 2 }),
      );
      expect(row?.spend).toBeCloseTo(CHARGED, 12);
      const kept = await at.database.ask((connection) => tables.keys.find(connection, { token: hashKey(key) }));
      expect(kept?.spend).toBeCloseTo(CHARGED, 12);
      const estimate = await at.api('POST', '/cost/estimate', { model: 'chat', input_tokens: 7, output_tokens: 3 });
      expect(estimate.body).toMatchObject({
        cost_per_request: CHARGED,
        margin_cost_per_request: expect.closeTo(CHARGED - LEFT, 12) as number,
        input_cost_per_request: 7 * 2.5e-6,
      });
    });

    test('a stream says nothing of what it costs, nor of the margin that is the same for each', async () => {
      const made = await at.api('POST', '/key/generate', {});
      const answered = await fetch(`${at.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${String(made.body['key'])}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }], stream: true }),
      });
      expect(answered.status).toBe(200);
      expect(await answered.text()).toContain('[DONE]');
      expect([...answered.headers.keys()].filter((name) => name.includes('cost'))).toStrictEqual([]);
    });

    test('what the file says of it is shown, and the file’s to change', async () => {
      expect((await at.api('GET', '/config/cost_discount_config')).body).toStrictEqual({ values: { openai: 0.1 } });
      expect(await at.api('PATCH', '/config/cost_discount_config', { openai: 0.9 })).toMatchObject({
        status: 400,
        body: { detail: { error: expect.stringContaining('is set in the config file') } },
      });
    });
  },
  {
    more: {
      general_settings: { store_model_in_db: true },
      litellm_settings: {
        num_retries: 0,
        cost_discount_config: { openai: 0.1 },
        cost_margin_config: { global: { percentage: 0.2, fixed_amount: 0.001 }, anthropic: 0.5 },
      },
    },
  },
);

describeManaged(
  ({ api }) => {
    test('discounts and margins are set all at once, and nothing else is', async () => {
      const [discounts, margins] = ['/config/cost_discount_config', '/config/cost_margin_config'];
      expect(await api('PATCH', discounts, { openai: 0.05, vertex_ai: 0.5 })).toMatchObject({
        status: 200,
        body: { message: 'Cost discount configuration updated successfully', status: 'success', values: { openai: 0.05, vertex_ai: 0.5 } },
      });
      expect((await api('PATCH', discounts, { openai: 0.2 })).status).toBe(200);
      expect((await api('GET', discounts)).body).toStrictEqual({ values: { openai: 0.2 } });
      const margin = { global: 0.05, anthropic: { fixed_amount: 0.001 }, vertex_ai: { percentage: 0.08, fixed_amount: 0.0005 } };
      expect((await api('PATCH', margins, margin)).status).toBe(200);
      expect((await api('GET', margins)).body).toStrictEqual({ values: margin });
      const wrong: readonly [string, JsonObject][] = [
        [discounts, { nobody: 0.1 }],
        [discounts, { global: 0.1 }],
        [discounts, { openai: 1.01 }],
        [discounts, { openai: -0.1 }],
        [discounts, { openai: 'os.environ/SECRET' }],
        [discounts, { openai: { percentage: 0.1 } }],
        [margins, { openai: 10.5 }],
        [margins, { openai: {} }],
        [margins, { openai: { percentage: 0.1, webhook: 'http://inside' } }],
        [margins, { openai: { fixed_amount: -1 } }],
      ];
      for (const [path, body] of wrong) expect([body, (await api('PATCH', path, body)).status]).toStrictEqual([body, 400]);
      expect((await api('GET', margins)).body).toStrictEqual({ values: margin });
    });
  },
  { more: { general_settings: { store_model_in_db: true } } },
);
