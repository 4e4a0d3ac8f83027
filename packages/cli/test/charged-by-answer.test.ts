import type { JsonObject } from '@stagegate/core-transforms';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';
import { ANSWER } from './support/priced-models.ts';
import { twoProviders } from './support/two-providers.ts';

/**
 * By which name a whole answer is charged, in every lane.
 *
 * source: what LiteLLM 1.106.2's `completion_cost` says of seven tokens asked and three answered.
 */

const { first } = await twoProviders();

const row = (model_name: string, litellm_params: JsonObject, model_info: JsonObject = {}): JsonObject => ({
  model_name,
  litellm_params: { api_base: `${first.url}/v1`, api_key: 'k', ...litellm_params },
  model_info,
});
const OWN = { input_cost_per_token: 0.001, output_cost_per_token: 0.001 };
const config = configFor(first.url, {
  model_list: [
    row('known', { model: 'openai/gpt-4o' }),
    row('own', { model: 'openai/gpt-4o', ...OWN }),
    row('based', { model: 'openai/our-own' }, { base_model: 'gpt-4o-mini' }),
    row('based-beside', { model: 'openai/our-own', base_model: 'gpt-4o-mini' }),
    row('messages-based', { model: 'anthropic/claude-sonnet-4-5', base_model: 'claude-haiku-4-5', api_base: first.url }),
    row('based-on-nothing', { model: 'openai/gpt-4o' }, { base_model: 'of-nobody' }),
    row('unknown', { model: 'openai/our-own' }),
    row('stating', { model: 'perplexity/sonar' }),
    row('stating-own', { model: 'perplexity/sonar', ...OWN }),
    row('messages', { model: 'anthropic/claude-sonnet-4-5', api_base: first.url }),
  ],
});

const GPT_4 = 0.00039000000000000005;
const CHARGED: readonly (readonly [model: string, answeredBy: string, usd: number | undefined])[] = [
  ['known', 'gpt-4', GPT_4],
  ['known', 'of-nobody', 4.75e-5],
  ['own', 'gpt-4', 0.01],
  ['based', 'gpt-4', 2.85e-6],
  ['based-beside', 'gpt-4', 2.85e-6],
  ['based-on-nothing', 'gpt-4', GPT_4],
  ['unknown', 'gpt-4', GPT_4],
  ['unknown', 'of-nobody', undefined],
  ['stating', 'sonar', 0.5],
  ['stating-own', 'sonar', 0.01],
];
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'tool_use', id: 't', name: 'look', input: { model: 'claude-haiku-4-5' } }],
  stop_reason: 'tool_use',
  usage: { input_tokens: 7, output_tokens: 3 },
};

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway | undefined;
  beforeAll(async () => {
    gateway = await startGateway(lane, config);
  });
  afterAll(() => gateway?.close());

  const costOf = async (path: string, body: JsonObject, answer: JsonObject): Promise<number | undefined> => {
    first.enqueue({ body: answer });
    const shown = await fetch(`${gateway?.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], max_tokens: 9, ...body }),
    });
    expect([shown.status, await shown.text()]).toMatchObject([200, expect.anything()]);
    const cost = shown.headers.get('x-litellm-response-cost');
    return cost === null ? undefined : Number(cost);
  };

  test.each(CHARGED)('%s, answered by %s', async (model, answeredBy, usd) => {
    const usage = { ...ANSWER.usage, cost: 0.5 };
    expect(await costOf('/v1/chat/completions', { model }, { ...ANSWER, model: answeredBy, usage })).toBe(usd);
  });

  test('what a model is called in the arguments of a call is no name of the answer’s', async () => {
    expect(await costOf('/v1/messages', { model: 'messages' }, { ...MESSAGE, model: 'claude-opus-4-5' })).toBe(0.00011000000000000002);
    expect(await costOf('/v1/messages', { model: 'messages' }, MESSAGE)).toBe(6.6e-5);
    expect(await costOf('/v1/messages', { model: 'messages-based' }, { ...MESSAGE, model: 'claude-opus-4-5' })).toBeCloseTo(2.2e-5, 12);
  });
});
