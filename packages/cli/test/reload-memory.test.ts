import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { JsonObject } from '@stagegate/core-transforms';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { silentLog } from '@stagegate/gateway-engine/ports';
import { readConfig } from '@stagegate/parity/lanes';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, expect, test } from 'vitest';
import { createLive } from '../src/live.ts';
import { createReloader } from '../src/serve/reload-config.ts';
import { makeFolder } from './spawn-serve.ts';

const RELOADS = 1_000;
const GROWTH_BYTES_MAX = 5_000_000;
const KEY = 'sk-of-this-test';

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is held when nothing is left to collect. */
async function heldBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await turn();
    collect();
  }
  return process.memoryUsage().heapUsed;
}

function configOf(generation: number): LoadedConfig {
  const deployment = (name: string): JsonObject => ({
    model_name: name,
    litellm_params: { model: 'openai/gpt-4o', api_base: `${upstream.url}/v1`, api_key: 'k' },
  });
  return readConfig({
    model_list: ['first', `other-${generation}`].map(deployment),
    general_settings: { master_key: KEY },
    router_settings: { num_retries: generation % 3 },
    migration: {
      rules: [
        { name: 'thin', match: { route: '/v1/chat/completions', model: 'first', stream: true }, lane: 'legacy-thin' },
        { name: 'io', match: { route: '/v1/completions' }, lane: 'legacy-io' },
      ],
    },
  });
}

test(`F-38: ${RELOADS} configurations while calls run: none fails, and none is left behind`, { timeout: 240_000 }, async () => {
  const options = { shell: 'front', stage: 2, data: join(makeFolder(), 'data') } as const;
  const told = { current: { generation: 1, keptBecause: undefined } };
  const first = configOf(0);
  const live = createLive(first, options, { log: silentLog, configState: () => told.current });
  const server = createServer(live.listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let wanted = 0;
  const reloader = createReloader(first, { live, log: silentLog, told, read: () => configOf(wanted) });
  const statuses = new Map<number, number>();
  const ask = async (stream: boolean): Promise<void> => {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'first', stream, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    await answer.text();
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  };
  const reload = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      wanted += 1;
      expect(reloader.reload()).toBe(true);
      if (time % 5 === 0) void ask(time % 2 === 0);
      await turn();
    }
    await Promise.all([ask(true), ask(false)]);
  };
  await reload(200);
  const before = await heldBytes();
  await reload(RELOADS);
  const grown = (await heldBytes()) - before;
  expect(told.current).toStrictEqual({ generation: 1 + 200 + RELOADS, keptBecause: undefined });
  expect([...statuses.keys()]).toStrictEqual([200]);
  expect(grown).toBeLessThan(GROWTH_BYTES_MAX);
  server.closeAllConnections();
  server.close();
  await live.close();
});
