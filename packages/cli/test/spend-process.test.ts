import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { end, makeFolder, type Run, type Served, serveWithDatabase } from './spawn-serve.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const CONFIG = `
model_list:
  - model_name: priced
    litellm_params: { model: openai/gpt-4o, api_base: os.environ/STAGEGATE_DEMO_URL, api_key: k, input_cost_per_token: 0.25, output_cost_per_token: 0.25 }
litellm_settings: { max_end_user_budget_id: of-customers }
`;

const running: Run[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(end));
});

test('what was spent is there after a kill -9 a second later, and after an end that came at once', async () => {
  const folder = makeFolder({ 'config.yaml': CONFIG });
  const start = async (): Promise<Served> => {
    const served = await serveWithDatabase([], folder);
    running.push(served);
    return served;
  };
  const ask = async (served: Served, path: string, body?: object, key?: string): Promise<Record<string, unknown>> => {
    const master = readFileSync(join(folder, '.stagegate/master-key'), 'utf8').trim();
    const answer = await fetch(`${served.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key ?? master}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const call = async (served: Served, key: string): Promise<number> => {
    const answer = await ask(served, '/v1/chat/completions', { model: 'priced', messages: [{ role: 'user', content: 'Hi' }] }, key);
    return Number((answer['usage'] as Record<string, unknown>)['total_tokens']) * 0.25;
  };
  const spendOf = async (served: Served, key: string): Promise<unknown> => {
    const { info } = await ask(served, `/key/info?key=${key}`);
    return (info as Record<string, unknown>)['spend'];
  };

  const first = await start();
  // A customer whom nobody knows has the budget that the file names.
  expect(await ask(first, '/budget/new', { budget_id: 'of-customers', max_budget: 0.01 })).toMatchObject({ max_budget: 0.01 });
  const byCustomer = { model: 'priced', user: 'anybody', messages: [{ role: 'user', content: 'Hi' }] };
  await vi.waitFor(
    async () =>
      expect(await ask(first, '/v1/chat/completions', byCustomer)).toMatchObject({
        error: { type: 'budget_exceeded', message: expect.stringContaining('End User=anybody') },
      }),
    { timeout: 20_000, interval: 100 },
  );
  const key = String((await ask(first, '/key/generate', {}))['key']);
  const spent = await call(first, key);
  expect(spent).toBeGreaterThan(0);
  await expect.poll(() => spendOf(first, key)).toBe(spent);
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await start();
  expect(await spendOf(second, key)).toBe(spent);
  const more = await call(second, key);
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);

  const third = await start();
  expect(await spendOf(third, key)).toBe(spent + more);
});
