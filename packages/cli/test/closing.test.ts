import { join } from 'node:path';
import { silentLog } from '@stagegate/gateway-engine/ports';
import { readDatabaseUrl, startEmbedded } from '@stagegate/gateway-engine/store';
import { startFaultProxy, type FaultProxy } from '@stagegate/testbed';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { end, makeFolder, serveWithDatabase } from './spawn-serve.ts';
import { useRedis } from './support/use-redis.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** The longest that a process takes to end which waits for nobody, on a busy machine. What it closes has limits that are shorter. */
const END_MS_MAX = 60_000;
const LIVENESS = { timeout: 30_000, interval: 20 };
const MASTER_KEY = 'sk-master-of-tests';

const used = useRedis();
const folder = makeFolder();
let url = '';
let database: FaultProxy;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const embedded = await startEmbedded(join(folder, 'postgres'), silentLog);
  const address = readDatabaseUrl(embedded.url);
  database = await startFaultProxy({ path: address?.socketPath ?? '' });
  url = `postgresql://${address?.user}:${address?.password}@127.0.0.1:${database.port}/${address?.database}?sslmode=disable`;
  closing.push(() => database.close(), embedded.stop);
});
afterAll(async () => {
  for (const close of closing) await close();
});

test('a database and a Redis that hang do not keep a process from its end; what it could not write is said', async () => {
  const redis = await startFaultProxy({ host: '127.0.0.1', port: used.server.port });
  onTestFinished(() => redis.close());
  const row = { model: 'openai/gpt-4o', api_base: 'os.environ/STAGEGATE_DEMO_URL', api_key: 'k', input_cost_per_token: 1 };
  const config = {
    model_list: [{ model_name: 'priced', litellm_params: row }],
    general_settings: { master_key: MASTER_KEY, database_url: url },
    router_settings: { redis_host: '127.0.0.1', redis_port: redis.port },
  };
  const served = await serveWithDatabase([], makeFolder({ 'config.yaml': JSON.stringify(config) }));
  onTestFinished(() => end(served));
  const said = (): string => served.stdout() + served.stderr();
  for (const what of ['redis', 'database']) {
    await vi.waitFor(() => expect(said()).toMatch(new RegExp(`"state":"ready"[^\\n]*"msg":"${what}"`, 'u')), LIVENESS);
  }
  database.set('hang');
  redis.set('hang');
  const answer = await fetch(`${served.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'priced', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  expect(answer.status).toBe(200);
  await answer.text();
  served.child.kill('SIGTERM');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => (timer = setTimeout(resolve, END_MS_MAX, 'it still runs')));
  expect(await Promise.race([served.ended, late])).toBe(0);
  clearTimeout(timer);
  expect(said()).toMatch(/"calls":1,"msg":"spend-lost"/u);
});
