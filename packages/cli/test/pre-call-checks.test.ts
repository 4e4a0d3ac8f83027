import type { JsonObject } from '@stagegate/core-transforms';
import { systemClock } from '@stagegate/gateway-engine/ports';
import { createMemoryCache } from '@stagegate/gateway-engine/response-cache';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { describe, expect, test } from 'vitest';
import { inOneMinute } from './support/in-one-minute.ts';
import { startRouted } from './support/routed-gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** Which deployments are left out before anybody is asked, and what a client hears when none is left, in every lane. */

const { first } = await twoProviders();

interface Answered {
  readonly status: number;
  readonly id: string | null;
  readonly message: string;
  readonly retries: string | null;
  /** Headers of what is left of the minute. */
  readonly left: Readonly<Record<string, string>>;
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
    const left = Object.fromEntries([...answer.headers].filter(([name]) => /^x-ratelimit-.*(?:in|out)put-tokens$/u.test(name)));
    return {
      status: answer.status,
      id: answer.headers.get('x-litellm-model-id'),
      message: await answer.text(),
      retries: answer.headers.get('x-litellm-attempted-retries'),
      left,
    };
  };
}

const CHECKS = { enable_pre_call_checks: true };
const LIMITS = { optional_pre_call_checks: ['enforce_model_rate_limits'] };

async function idsOf(ask: Ask, times: number, body: JsonObject = {}): Promise<ReadonlySet<string | null>> {
  const ids = new Set<string | null>();
  for (let count = 0; count < times; count += 1) ids.add((await ask(body)).id);
  return ids;
}

const inMinute = (run: () => Promise<void>): Promise<void> => inOneMinute(run, () => first.clearScripts());

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

  describe('itpm and otpm of a row', () => {
    const answering = (prompt: number, completion: number, cached = 0): void =>
      first.enqueue({
        body: {
          id: 'c',
          object: 'chat.completion',
          created: 1,
          model: 'gpt-4o',
          choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
          usage: {
            prompt_tokens: prompt,
            completion_tokens: completion,
            total_tokens: prompt + completion,
            prompt_tokens_details: { cached_tokens: cached },
          },
        },
      });

    test('as many calls at once as the answers they allow have room, and the next hears so in LiteLLM’s words', async () => {
      const ask = await gatewayOf(lane, [row('narrow', { otpm: 100 })], LIMITS);
      await inMinute(async () => {
        for (let count = 0; count < 8; count += 1) first.enqueue({ delayMs: 300 });
        const all = await Promise.all(Array.from({ length: 8 }, () => ask({ max_tokens: 30 })));
        expect(all.filter(({ status }) => status === 200).length).toBe(3);
        const refused = all.find(({ status }) => status === 429);
        expect(refused?.message).toContain('Model rate limit exceeded. OTPM limit=100, current usage=120');
        first.clearScripts();
      });
    });

    test('what the answer took stands in the place of what was thought, without what came from the provider’s cache', async () => {
      const ask = await gatewayOf(lane, [row('counted', { itpm: 200, otpm: 100 })], LIMITS);
      await inMinute(async () => {
        answering(190, 7, 150);
        const told = await ask({ max_tokens: 90 });
        expect(told.left).toMatchObject({
          'x-ratelimit-limit-input-tokens': '200',
          'x-ratelimit-limit-output-tokens': '100',
          'x-ratelimit-remaining-output-tokens': '10',
        });
        expect(Number(told.left['x-ratelimit-reset-output-tokens'])).toBeGreaterThan(0);
        // 93 of 100 are left, and 160 of 200.
        answering(160, 93);
        expect((await ask({ max_tokens: 93 })).status).toBe(200);
        expect((await ask({ max_tokens: 1 })).message).toContain('ITPM limit=200, current usage=');
      });
    });

    test('a call that came to nothing gives back what it took, and one that is refused for its answer nothing of its prompt', async () => {
      const ask = await gatewayOf(lane, [row('failing', { itpm: 20, otpm: 50 })], LIMITS);
      await inMinute(async () => {
        for (let count = 0; count < 4; count += 1) {
          first.enqueue({ status: 500, body: { error: { message: 'no' } } });
          expect((await ask({ max_tokens: 50 })).status).toBe(500);
          expect((await ask({ max_tokens: 51 })).message).toContain('OTPM limit=50, current usage=51');
        }
        answering(10, 1);
        expect((await ask({ max_tokens: 50 })).status).toBe(200);
      });
    });

    test('the end of a stream gives back what its answer did not take', async () => {
      const ask = await gatewayOf(lane, [row('streamed', { otpm: 100 })], LIMITS);
      const streamed = { stream: true, stream_options: { include_usage: true }, max_tokens: 80 };
      await inMinute(async () => {
        expect([(await ask(streamed)).status, (await ask(streamed)).status]).toStrictEqual([200, 200]);
      });
    });

    test.each<[string, string, JsonObject, JsonObject]>([
      ['whole', '/v1/chat/completions', { otpm: 100 }, { max_tokens: 80 }],
      ['streamed', '/v1/chat/completions', { otpm: 100 }, { max_tokens: 80, stream: true, stream_options: { include_usage: true } }],
      ['of embeddings', '/v1/embeddings', { itpm: 50, model: 'openai/text-embedding-3-small' }, { input: ['word '.repeat(30)] }],
    ])('an answer that was kept takes nothing of it: %s', async (_name, path, limits, body) => {
      const settings = { cache: true, cache_params: { type: 'local' } };
      const cache = createMemoryCache({ bytesMax: 1_000_000 }, systemClock);
      const send = await startRouted(lane, [row('kept', limits)], LIMITS, settings, cache);
      const keyOf = async (): Promise<string | null> => {
        const answer = await send({ model: 'm', messages: [{ role: 'user', content: 'Hello' }], ...body }, path);
        await answer.text();
        return answer.headers.get('x-litellm-cache-key');
      };
      await inMinute(async () => {
        // A stream is kept, and its room given back, when it is over.
        await expect.poll(keyOf).not.toBeNull();
        expect([await keyOf(), await keyOf(), await keyOf()]).not.toContain(null);
      });
    });

    test('a row without room is left out while another has some', async () => {
      const ask = await gatewayOf(lane, [row('tiny', { otpm: 10 }), row('roomy', { otpm: 1000 })], LIMITS);
      await inMinute(async () => expect(await idsOf(ask, 12, { max_tokens: 20 })).toStrictEqual(new Set(['roomy'])));
    });

    test('nobody is asked again in vain: it is said at once, or another group is asked', async () => {
      const other = { model_name: 'other', litellm_params: { model: 'openai/gpt-4o', api_base: `${first.url}/v1`, api_key: 'k' } };
      const rows = [row('spent', { otpm: 10 }), { ...other, model_info: { id: 'other' } }];
      const again = { ...LIMITS, num_retries: 1 };
      const refused = await (await gatewayOf(lane, rows, again))({ max_tokens: 20 });
      expect([refused.status, refused.retries]).toStrictEqual([429, '0']);
      const ask = await gatewayOf(lane, rows, { ...again, fallbacks: [{ m: ['other'] }] });
      const answer = await ask({ max_tokens: 20 });
      expect([answer.status, answer.id, answer.left]).toStrictEqual([200, 'other', {}]);
    });

    test('limits that the router is not told to hold hold nobody', async () => {
      const ask = await gatewayOf(lane, [row('free', { otpm: 1, itpm: 1 })], {});
      const answer = await ask({ max_tokens: 20 });
      expect([answer.status, answer.left]).toStrictEqual([200, {}]);
    });
  });
});
