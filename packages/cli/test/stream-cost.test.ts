import type { JsonObject } from '@stagegate/core-transforms';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';

/** What a stream says of its cost, in every lane, over sockets. */

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

const PRICES = { input_cost_per_token: 0.5, output_cost_per_token: 0.25 };
const plain = configFor(upstream.url);
const [chat, messages] = plain['model_list'] as readonly JsonObject[];
const rows = [
  ...[chat, messages].map((row) => ({ ...row, litellm_params: { ...(row?.['litellm_params'] as JsonObject), ...PRICES } })),
  {
    model_name: 'free',
    litellm_params: { ...(chat?.['litellm_params'] as JsonObject), input_cost_per_token: 0, output_cost_per_token: 0 },
  },
  { model_name: 'unknown', litellm_params: { model: 'hosted_vllm/of-tomorrow', api_base: `${upstream.url}/v1` } },
];

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, { ...plain, model_list: rows });
  });
  afterAll(() => gateway.close());

  /** The usage objects in a stream's events. */
  const usages = async (path: string, body: JsonObject): Promise<readonly JsonObject[]> => {
    const answer = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, stream: true }),
    });
    const events = [...(await answer.text()).matchAll(/^data: (\{.*\})$/gmu)].map(([, data]) => JSON.parse(data ?? '') as JsonObject);
    return events.flatMap((event) => {
      const response = event['response'] as JsonObject | undefined;
      return [event['usage'], response?.['usage']].filter((usage): usage is JsonObject => typeof usage === 'object' && usage !== null);
    });
  };
  const ASKED = { messages: [{ role: 'user', content: 'two words' }], max_tokens: 9 };
  const COUNTS = { stream_options: { include_usage: true } };

  test.each(['chat', 'messages'])('chat with %s: in the usage that was asked for', async (model) => {
    const [usage, ...more] = await usages('/v1/chat/completions', { model, ...ASKED, ...COUNTS });
    const { prompt_tokens: prompt, completion_tokens: completion, cost } = usage ?? {};
    expect(more).toStrictEqual([]);
    expect(prompt).toBeGreaterThan(0);
    expect(cost).toBe(Number(prompt) * 0.5 + Number(completion) * 0.25);
  });

  test('responses: in the last event', async () => {
    const [usage] = (await usages('/v1/responses', { model: 'messages', input: 'two words' })).toReversed();
    const { input_tokens: input, output_tokens: output, cost } = usage ?? {};
    expect(input).toBeGreaterThan(0);
    expect(cost).toBe(Number(input) * 0.5 + Number(output) * 0.25);
  });

  test.each(['free', 'unknown'])('what costs nothing, or nobody knows what, says nothing: %s', async (model) => {
    const [usage] = await usages('/v1/chat/completions', { model, ...ASKED, ...COUNTS });
    expect(usage).toMatchObject({ prompt_tokens: expect.any(Number) });
    expect(usage).not.toHaveProperty('cost');
  });

  test('nobody hears of it who did not ask, or speaks Anthropic’s dialect', async () => {
    expect(await usages('/v1/chat/completions', { model: 'chat', ...ASKED })).toStrictEqual([]);
    for (const usage of await usages('/v1/messages', { model: 'messages', ...ASKED })) expect(usage).not.toHaveProperty('cost');
  });
});
