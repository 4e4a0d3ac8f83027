import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@stagegate/core-transforms';
import { silentLog, type Redis } from '@stagegate/gateway-engine/ports';
import { createRedis } from '@stagegate/gateway-engine/redis';
import { startEmbedded } from '@stagegate/gateway-engine/store';
import { startFakeUpstream, startFaultProxy, startRedis, type FakeUpstream, type FaultProxy, type TestRedis } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';
import { callerOf } from './support/managed-gateway.ts';
import { priced } from './support/priced-models.ts';
import { end, makeFolder, serveWithDatabase } from './spawn-serve.ts';

/** One key's limits over several gateways and a real redis-server, in every lane, and over real processes. */

/** Said by scripts/lib/services.mjs, which also says when there is none. */
const SERVER = process.env['STAGEGATE_REDIS_SERVER'];
const LIVENESS = { timeout: 60_000, interval: 20 };
const FAILS_CLOSED = { general_settings: { fail_closed_rate_limit_enforcement: true } };
const LIMIT = { scope: 'api_key', id: 'five', requests: 5, tokens: undefined, parallel: undefined };
const keys = memoryKeys({ 'sk-five-a-minute': caller({ rates: { own: [LIMIT], byModel: [], others: [] } }) });

describe('a Redis', () => {
  let upstream: FakeUpstream;
  let server: TestRedis | undefined;
  let proxy: FaultProxy;
  beforeAll(async () => {
    upstream = await startFakeUpstream();
    if (SERVER === undefined || SERVER === '') {
      if (process.env['CI'] === 'true') throw new Error('STAGEGATE_REDIS_SERVER names no redis-server');
      return;
    }
    server = await startRedis(SERVER);
    proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port });
  });
  beforeEach(async ({ skip }) => {
    if (server === undefined) return skip('STAGEGATE_REDIS_SERVER names no redis-server');
    proxy.set('none');
    await server.restart();
  });
  afterAll(async () => {
    await proxy?.close();
    await server?.stop();
    await upstream.close();
  });

  async function doorTo(port: number): Promise<Redis> {
    const redis = createRedis({ host: '127.0.0.1', port, tls: false, database: 0, timeoutMs: 5_000, probeMs: 20 });
    onTestFinished(() => redis.close());
    await vi.waitFor(() => expect(redis.state()).toBe('ready'), LIVENESS);
    return redis;
  }
  const chat = ({ url }: Pick<Gateway, 'url'>, key: string): ReturnType<ReturnType<typeof callerOf>> =>
    callerOf(url)('POST', '/v1/chat/completions', { model: 'chat', messages: [{ role: 'user', content: 'Hello' }] }, key);
  const statuses = async (all: readonly Pick<Gateway, 'url'>[], key: string, each: number): Promise<Record<number, number>> => {
    const answers = await Promise.all(all.flatMap((gateway) => Array.from({ length: each }, () => chat(gateway, key))));
    const seen: Record<number, number> = {};
    for (const { status } of answers) seen[status] = (seen[status] ?? 0) + 1;
    return seen;
  };

  describe.each(GATEWAYS)('%s', (lane) => {
    async function gatewayOf(redis: Redis, more: JsonObject = {}): Promise<Gateway> {
      const gateway = await startGateway(lane, configFor(upstream.url, more), { keys, redis });
      onTestFinished(() => gateway.close());
      return gateway;
    }

    test('two gateways let in together what one key may, and by themselves once Redis is gone', async () => {
      const doors = [await doorTo(proxy.port), await doorTo(proxy.port)];
      const all = await Promise.all(doors.map((redis) => gatewayOf(redis)));
      expect(await statuses(all, 'sk-five-a-minute', 4)).toStrictEqual({ 200: 5, 429: 3 });
      proxy.set('refuse');
      proxy.cut();
      await vi.waitFor(() => expect(doors.map((redis) => redis.state())).toStrictEqual(['down', 'down']), LIVENESS);
      // Of the five each knows those that it has let in itself.
      expect(await statuses(all, 'sk-five-a-minute', 5)).toStrictEqual({ 200: 5, 429: 5 });
    });

    test('closed while Redis is away, where the operator says so; whoever has no limit is let in', async () => {
      const redis = await doorTo(proxy.port);
      const gateway = await gatewayOf(redis, FAILS_CLOSED);
      expect((await chat(gateway, 'sk-five-a-minute')).status).toBe(200);
      proxy.set('refuse');
      proxy.cut();
      await vi.waitFor(() => expect(redis.state()).toBe('down'), LIVENESS);
      const before = upstream.requests.length;
      expect(await chat(gateway, 'sk-five-a-minute')).toMatchObject({ status: 503, body: { error: { code: '503' } } });
      expect(upstream.requests.length).toBe(before);
      expect((await chat(gateway, MASTER_KEY)).status).toBe(200);
    });
  });

  test('two processes over one database let in together what a key may', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stagegate-shared-limits-'));
    chmodSync(folder, 0o755);
    const database = await startEmbedded(join(folder, 'postgres'), silentLog);
    onTestFinished(async () => {
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    // A question that is not answered in time is decided by its instance: on a busy machine 50 ms are too few.
    const redis = { host: '127.0.0.1', port: server?.port ?? 0, socket_timeout: 5 };
    const settings = { general_settings: { coordination_redis: redis } };
    const config = configFor(upstream.url, { ...settings, ...priced(upstream.url) });
    const files = makeFolder({ 'config.yaml': JSON.stringify(config) });
    const start = async (data: string): ReturnType<typeof serveWithDatabase> => {
      const served = await serveWithDatabase(['--data', data], files, { DATABASE_URL: database.url });
      onTestFinished(() => end(served));
      await vi.waitFor(() => expect(served.stdout() + served.stderr()).toMatch(/"state":"ready"[^\n]*"msg":"redis"/u), LIVENESS);
      return served;
    };
    const one = await start('one');
    const { body } = await callerOf(one.url)('POST', '/key/generate', { rpm_limit: 6 });
    const all = [one, await start('two')];
    // Each by itself would let in all five.
    expect(await statuses(all, String(body['key']), 5)).toStrictEqual({ 200: 6, 429: 4 });

    const byModel = { priced: { budget_limit: 0.02, time_period: '1d' } };
    for (const budget of [{ max_budget: 0.02 }, { model_max_budget: byModel }]) {
      const made = await callerOf(one.url)('POST', '/key/generate', budget);
      const ask = ({ url }: { readonly url: string }): Promise<{ readonly status: number }> =>
        callerOf(url)(
          'POST',
          '/v1/chat/completions',
          { model: 'priced', messages: [{ role: 'user', content: 'Hello' }] },
          String(made.body['key']),
        );
      let spent = 0;
      while ((await ask(one)).status === 200) spent += 1;
      expect(spent).toBeGreaterThan(0);
      await vi.waitFor(async () => expect((await ask(all[1] ?? expect.fail())).status).toBe(422), LIVENESS);
    }
  }, 240_000);
});
