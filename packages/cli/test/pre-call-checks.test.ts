import type { JsonObject } from '@stagegate/core-transforms';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { describe, expect, test } from 'vitest';
import { startRouted } from './support/routed-gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** Which deployments are left out before anybody is asked, and what a client hears when none is left, in every lane. */

const { first } = await twoProviders();

interface Answered {
  readonly status: number;
  readonly id: string | null;
  readonly message: string;
}

type Ask = (body?: JsonObject) => Promise<Answered>;

const row = (id: string, params: JsonObject, info: JsonObject = {}): JsonObject => ({
  model_name: 'm',
  litellm_params: { model: 'openai/gpt-4o', api_base: `${first.url}/v1`, api_key: 'k', ...params },
  model_info: { id, ...info },
});

async function gatewayOf(lane: HttpLane, rows: readonly JsonObject[], router: JsonObject): Promise<Ask> {
  const send = await startRouted(lane, rows, router);
  return async (body = {}) => {
    const answer = await send({ model: 'm', messages: [{ role: 'user', content: 'a good many words' }], ...body });
    return { status: answer.status, id: answer.headers.get('x-litellm-model-id'), message: await answer.text() };
  };
}

const CHECKS = { enable_pre_call_checks: true };
const LIMITS = { optional_pre_call_checks: ['enforce_model_rate_limits'] };

async function idsOf(ask: Ask, times: number, body: JsonObject = {}): Promise<ReadonlySet<string | null>> {
  const ids = new Set<string | null>();
  for (let count = 0; count < times; count += 1) ids.add((await ask(body)).id);
  return ids;
}

describe.each(HTTP_LANES)('%s', (lane) => {
  test('a window that is too small: those with a larger one are asked', async () => {
    const ask = await gatewayOf(lane, [row('small', {}, { max_input_tokens: 10 }), row('large', {})], CHECKS);
    expect(await idsOf(ask, 12, { messages: [{ role: 'user', content: 'word '.repeat(20) }] })).toStrictEqual(new Set(['large']));
    expect(await idsOf(ask, 30, { messages: [{ role: 'user', content: 'a b' }] })).toStrictEqual(new Set(['small', 'large']));
  });

  test('allowed_model_region: only what stands there, and nobody where nothing does', async () => {
    const rows = [row('here', { region_name: 'eu' }), row('there', { region_name: 'europe' }), row('nowhere', {})];
    const ask = await gatewayOf(lane, rows, CHECKS);
    expect(await idsOf(ask, 12, { allowed_model_region: 'eu' })).toStrictEqual(new Set(['here']));
    const refused = await ask({ allowed_model_region: 'ap' });
    expect([refused.status, refused.id]).toStrictEqual([429, null]);
    expect(refused.message).toContain('No deployments available for selected model');
  });

  test('rpm of a row, as a check before the call: the others are asked, then nobody', async () => {
    const ask = await gatewayOf(lane, [row('one', { rpm: 1 }), row('two', { rpm: 2 })], CHECKS);
    const before = first.requests.length;
    const served = [(await ask()).id, (await ask()).id, (await ask()).id];
    expect(served.toSorted()).toStrictEqual(['one', 'two', 'two']);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.message).toContain('No deployments available for selected model.');
    expect(first.requests.length - before).toBe(3);
  });

  test('enforce_model_rate_limits: rpm and tpm of a row end its minute, in LiteLLM’s words', async () => {
    const ask = await gatewayOf(lane, [row('calls', { rpm: 2, max_parallel_requests: 9 })], LIMITS);
    expect([(await ask()).status, (await ask()).status]).toStrictEqual([200, 200]);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.message).toContain('Model rate limit exceeded. RPM limit=2, current usage=2');

    const askTokens = await gatewayOf(lane, [row('tokens', { tpm: 5, max_parallel_requests: 9 })], LIMITS);
    expect((await askTokens()).status).toBe(200);
    const spent = await askTokens();
    expect(spent.status).toBe(429);
    expect(spent.message).toMatch(/Model rate limit exceeded\. TPM limit=5, current usage=\d+/u);
  });
});
