import type { JsonObject } from '@stagegate/core-transforms';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { MASTER_KEY, startGateway } from './support/gateway.ts';

/** Calls with a priority, in every lane. The order in which they get their turns is tested with the queue itself. */

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startFakeUpstream();
});
afterAll(() => upstream.close());

type Ask = (body: JsonObject, signal?: AbortSignal) => Promise<readonly [status: number, turn: string | null, text: string]>;

async function gatewayOf(lane: HttpLane, more: JsonObject = {}): Promise<Ask> {
  const params = { model: 'openai/gpt-4o', api_base: `${upstream.url}/v1`, api_key: 'k', timeout: 60 };
  const gateway = await startGateway(lane, {
    model_list: [{ model_name: 'chat', litellm_params: params }],
    general_settings: { master_key: MASTER_KEY },
    router_settings: { num_retries: 0, cooldown_time: 600 },
    ...more,
  });
  onTestFinished(() => gateway.close());
  return async (body, signal) => {
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'hi' }], ...body }),
      ...(signal !== undefined && { signal }),
    });
    return [answer.status, answer.headers.get('x-litellm-request-prioritization-used'), await answer.text()];
  };
}

/** The group's only deployment cools down for ten minutes. */
async function coolDown(ask: Ask): Promise<void> {
  upstream.enqueue({ status: 404, body: { error: { message: 'no such model' } } });
  expect((await ask({}))[0]).toBe(404);
}

describe.each(HTTP_LANES)('%s', (lane) => {
  test('a call with a priority says that it had a turn; one without does not wait for any', async () => {
    const ask = await gatewayOf(lane);
    expect((await ask({ priority: 5 })).slice(0, 2)).toStrictEqual([200, 'True']);
    expect((await ask({ priority: 5, stream: true })).slice(0, 2)).toStrictEqual([200, 'True']);
    for (const body of [{}, { priority: 0 }, { priority: 'x' }]) expect((await ask(body)).slice(0, 2)).toStrictEqual([200, null]);
    const byDefault = await gatewayOf(lane, { router_settings: { default_priority: 3 } });
    expect((await byDefault({})).slice(0, 2)).toStrictEqual([200, 'True']);
  });

  test('while none may be asked the first in the queue finds out what its group has come to', async () => {
    const ask = await gatewayOf(lane);
    await coolDown(ask);
    const [status, turn, text] = await ask({ priority: 1 });
    expect([status, turn]).toStrictEqual([429, null]);
    expect(text).toContain('No deployments available for selected model');
  });

  test('whoever waits longer than a call may take is told so', async () => {
    const ask = await gatewayOf(lane, { litellm_settings: { request_timeout: 0.001 } });
    await coolDown(ask);
    const [status, turn, text] = await ask({ priority: 1 });
    expect([status, turn]).toStrictEqual([408, null]);
    expect(text).toContain('litellm.Timeout: Request timed out while polling queue');
  });
});
