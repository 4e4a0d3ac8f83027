import type { JsonObject } from '@stagegate/core-transforms';
import { HTTP_LANES } from '@stagegate/parity/lanes';
import { describe, expect, onTestFinished, test } from 'vitest';
import { configFor, MASTER_KEY, startGateway } from './support/gateway.ts';
import { startRouted } from './support/routed-gateway.ts';
import { twoProviders } from './support/two-providers.ts';

/** Settings that every call is sent with, in every lane. */

const { first } = await twoProviders();

const row = (id: string, params: JsonObject = {}, info: JsonObject = {}): JsonObject => ({
  model_name: 'one',
  litellm_params: { model: 'openai/gpt-4o', api_base: `${first.url}/v1`, api_key: 'k', ...params },
  model_info: { id, ...info },
});
const HELLO = { model: 'one', messages: [{ role: 'user', content: 'Hello' }] };

describe.each(HTTP_LANES)('%s', (lane) => {
  test('default_litellm_params: over the row’s own, below the call’s, and no say in who is asked', async () => {
    const defaults = { temperature: 0.25, seed: 3, top_p: null, weight: 0, order: 2, model: 'openai/other', max_retries: 0 };
    const ask = await startRouted(lane, [row('a', { temperature: 0.5, user: 'row', order: 1 })], { default_litellm_params: defaults });
    const sent = async (body: JsonObject): Promise<JsonObject | undefined> => {
      expect((await ask({ ...HELLO, ...body })).status).toBe(200);
      return first.requests.at(-1)?.json;
    };
    expect(await sent({})).toStrictEqual({ ...HELLO, model: 'gpt-4o', temperature: 0.25, seed: 3, user: 'row' });
    expect(await sent({ temperature: 1 })).toMatchObject({ temperature: 1, seed: 3 });
  });

  test('a timeout among them counts where nobody else says one', async () => {
    const silent = { end: 'hang', cutAfterBytes: 0 } as const;
    const hurried = await startRouted(lane, [row('a')], { default_litellm_params: { timeout: 0.2 } });
    first.enqueue(silent);
    expect((await hurried(HELLO)).status).toBe(408);
    const patient = await startRouted(lane, [row('a', { timeout: 30 })], { default_litellm_params: { timeout: 0.05 } });
    first.enqueue({ delayMs: 400 });
    expect((await patient(HELLO)).status).toBe(200);
  });

  test('enable_tag_filtering of a group’s rows; allow_fail_open; tag_routing_prefix', async () => {
    const rows = [row('a', { tags: ['eu'] }, { enable_tag_filtering: true }), row('b', { tags: ['default'] })];
    const idOf = async (ask: Awaited<ReturnType<typeof startRouted>>, ...tags: string[]): Promise<unknown> => {
      const answer = await ask({ ...HELLO, tags });
      return answer.ok ? answer.headers.get('x-litellm-model-id') : answer.status;
    };
    const ask = await startRouted(lane, rows, { tag_routing_prefix: 'to:' });
    const found = [
      await idOf(ask, 'eu'),
      await idOf(ask, 'to:eu'),
      await idOf(ask, 'us'),
      await idOf(ask, 'to:us'),
      await idOf(ask, '&us'),
    ];
    expect(found).toStrictEqual(['a', 'a', 'b', 401, 401]);
    const open = await startRouted(lane, [...rows, row('c', {}, { allow_fail_open: true })], {});
    expect(await idOf(open, '&us')).toBe('b');
  });

  test('always_include_stream_usage: a stream tells its usage unless its call says otherwise', async () => {
    const gateway = await startGateway(lane, configFor(first.url, { general_settings: { always_include_stream_usage: true } }));
    onTestFinished(() => gateway.close());
    const ask = async (path: string, body: JsonObject): Promise<unknown> => {
      const answer = await fetch(`${gateway.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'chat', ...body }),
      });
      expect(answer.status).toBe(200);
      return (await answer.text()).includes('"usage":{');
    };
    const { messages } = HELLO;
    const found = [
      await ask('/v1/chat/completions', { messages, stream: true }),
      await ask('/v1/chat/completions', { messages, stream: true, stream_options: { include_usage: false } }),
      await ask('/v1/completions', { prompt: 'Hello', stream: true }),
    ];
    expect(found).toStrictEqual([true, false, true]);
  });
});
