import type { JsonObject } from '@stagegate/core-transforms';
import { HTTP_LANES } from '@stagegate/parity/lanes';
import { describe, expect, test, vi } from 'vitest';
import { TOKEN_USD } from './support/priced-models.ts';
import { startRouted } from './support/routed-gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** Budgets of providers, deployments and tags: who has spent his is not asked, and where nobody is left the call is refused in LiteLLM's words. */

const { first, second } = await twoProviders();

const PRICES = { input_cost_per_token: TOKEN_USD, output_cost_per_token: TOKEN_USD };
const row = (group: string, id: string, model: string, more: JsonObject = {}): JsonObject => {
  const base = model.startsWith('openai/') ? `${first.url}/v1` : `${second.url}/v1`;
  return { model_name: group, litellm_params: { model, api_base: base, api_key: 'k', ...PRICES, ...more }, model_info: { id } };
};
const chat = (model: string, more: JsonObject = {}): JsonObject => ({ model, messages: [{ role: 'user', content: 'Hello' }], ...more });
const modelId = async (answer: Promise<Response>): Promise<string | null> => {
  const { headers, body } = await answer;
  await body?.cancel();
  return headers.get('x-litellm-model-id');
};
/** Calls until one is refused. */
const refusalOf = async (call: () => Promise<Response>): Promise<{ error: JsonObject; status: number; calls: number }> => {
  for (let calls = 0; ; calls += 1) {
    const answer = await call();
    const body = (await answer.json()) as JsonObject;
    if (answer.status !== 200) return { error: body['error'] as JsonObject, status: answer.status, calls };
    expect(calls).toBeLessThan(50);
  }
};
const crossed = (reason: string): unknown => ({
  message: expect.stringMatching(new RegExp(`^No deployments available - crossed budget: ${reason}\n$`, 'u')),
  type: 'internal_server_error',
  param: null,
  code: '429',
});

describe.each(HTTP_LANES)('%s', (lane) => {
  test('a provider that has spent its money is not asked while another is left', async () => {
    const rows = [
      row('g', 'openai-1', 'openai/gpt-4o'),
      row('g', 'mistral-1', 'mistral/mistral-small-latest'),
      row('alone', 'openai-2', 'openai/gpt-4o'),
    ];
    const budgets = { openai: { budget_limit: 0.015, time_period: '1d' } };
    const ask = await startRouted(lane, rows, { provider_budget_config: budgets });
    const { error, status, calls } = await refusalOf(() => ask(chat('alone')));
    expect([status, calls > 0]).toStrictEqual([429, true]);
    expect(error).toStrictEqual(crossed(String.raw`Exceeded budget for provider openai: 0\.0\d+ >= 0\.015`));
    const served = new Set<string | null>();
    for (let call = 0; call < 20; call += 1) served.add(await modelId(ask(chat('g'))));
    expect([...served]).toStrictEqual(['mistral-1']);
  });

  test('a deployment, its streams too, and then the group falls back', async () => {
    const own = { max_budget: 0.015, budget_duration: '1d' };
    const rows = [row('own', 'd-1', 'openai/gpt-4o', own), row('other', 'd-2', 'mistral/mistral-small-latest')];
    const plain = await startRouted(lane, rows, {});
    await (await plain(chat('own', { stream: true, stream_options: { include_usage: true } }))).text();
    await vi.waitFor(async () => {
      const { error } = await refusalOf(() => plain(chat('own')));
      const named = String.raw`model_name: own, litellm_params\.model: openai/gpt-4o, model_id: d-1: 0\.0\d+ >= 1d`;
      expect(error).toStrictEqual(crossed(`Exceeded budget for deployment ${named}`));
    });
    const falling = await startRouted(lane, rows, { fallbacks: [{ own: ['other'] }] });
    const served: (string | null)[] = [];
    while (served.at(-1) !== 'd-2' && served.length < 50) served.push(await modelId(falling(chat('own'))));
    expect([served[0], served.at(-1)]).toStrictEqual(['d-1', 'd-2']);
  });

  test('calls with a tag, whoever serves them', async () => {
    const ask = await startRouted(
      lane,
      [row('g', 'any', 'openai/gpt-4o')],
      {},
      { tag_budget_config: { costly: { max_budget: 0.015, budget_duration: '1d' } } },
    );
    const tagged = chat('g', { metadata: { tags: ['costly'] } });
    const { error } = await refusalOf(() => ask(tagged));
    expect(error).toStrictEqual(crossed(String.raw`Exceeded budget for tag='costly', tag_spend=0\.0\d+, tag_budget_limit=0\.015`));
    expect((await ask(chat('g'))).status).toBe(200);
  });
});
