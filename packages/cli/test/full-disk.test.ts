import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@stagegate/gateway-engine/ports';
import { startEmbedded } from '@stagegate/gateway-engine/store';
import { afterEach, beforeEach, expect, test, vi, type TestContext } from 'vitest';
import { end, makeFolder, type Run, run, serve, serveWithDatabase } from './spawn-serve.ts';
import { callerOf } from './support/managed-gateway.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const KEY = 'sk-of-this-test';
const EXAMPLE = readFileSync(join(import.meta.dirname, '../../../config.example.yaml'), 'utf8');
const isRoot = process.getuid?.() === 0;
/** How a folder becomes a file system of its own: by this process if it may, else by the one that an administrator lets it be. */
const asRoot: readonly string[] = isRoot ? [] : ['sudo', '-n'];

let folder: string;
let data: string;
let mounted = false;
const running: Run[] = [];

beforeEach(() => {
  folder = makeFolder({ 'config.yaml': EXAMPLE });
  data = join(folder, 'disk');
  mkdirSync(data, { mode: 0o755 });
});
afterEach(async () => {
  for (const one of running.splice(0)) await end(one);
  if (mounted) as('umount', '--lazy', data);
  mounted = false;
  chmodSync(data, 0o755);
});

function as(...words: readonly string[]): boolean {
  const [program = '', ...args] = [...asRoot, ...words];
  return spawnSync(program, args).status === 0;
}

function mount(...options: readonly string[]): boolean {
  mounted = as('mount', ...options, data);
  return mounted;
}

/** A disk that is soon full, where one may be mounted. */
function mountSmall(context: TestContext): void {
  const owner = isRoot ? '' : `,uid=${process.getuid?.()}`;
  if (!mount('-t', 'tmpfs', '-o', `size=150m,mode=755${owner}`, 'none')) context.skip('nothing may be mounted here');
}

/** What ends the start of a gateway, on one line and without a trace of the program. */
async function whyNot(within: readonly string[] = []): Promise<string> {
  const started = run(['serve', '--port', '0', '--data', join(data, 'of-gateway')], folder, { LITELLM_MASTER_KEY: KEY }, within);
  running.push(started);
  expect(await started.ended).toBe(1);
  const said = started.stderr().trim();
  expect(said.split('\n')).toHaveLength(1);
  return said;
}

test('F-44: a data folder that cannot be written to is named at the start; without a database it is not asked for', async (context) => {
  if (isRoot) {
    // No mode keeps root out.
    if (!mount('-t', 'tmpfs', '-o', 'ro', 'none')) context.skip('nothing may be mounted here');
  } else chmodSync(data, 0o555);
  expect(await whyNot()).toMatch(/disk\/of-gateway.*(?:EROFS|EACCES)/u);
  const served = await serve(['--data', join(data, 'of-gateway')], folder, { LITELLM_MASTER_KEY: KEY });
  running.push(served);
  const { status } = await callerOf(served.url)('GET', '/v1/models', undefined, KEY);
  expect(status).toBe(200);
});

test('F-44: a disk that is full before the database is made: nothing half-made stays, and the next start makes it', async () => {
  // No file may be larger than a megabyte: to a program that writes one, the disk is full.
  expect(await whyNot(['/bin/sh', '-c', 'ulimit -f 2048; exec "$0" "$@"'])).toMatch(
    /^the database could not be made: FATAL: .*(?:too large|No space)/u,
  );
  const served = await serveWithDatabase(['--data', join(data, 'of-gateway')], folder, { LITELLM_MASTER_KEY: KEY });
  running.push(served);
  expect((await callerOf(served.url)('POST', '/key/generate', {}, KEY)).status).toBe(200);
});

test('F-44: a disk that is full before the tables are made: said within seconds, and space heals it', async (context) => {
  mountSmall(context);
  const { stop } = await startEmbedded(join(data, 'of-gateway/postgres'), silentLog);
  await stop();
  const filler = join(data, 'filler');
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']);
  truncateSync(filler, statSync(filler).size - 1_000_000);
  expect(await whyNot()).toMatch(/^the database in .*of-gateway\/postgres has no room left on its disk: /u);

  rmSync(filler);
  const served = await serveWithDatabase(['--data', join(data, 'of-gateway')], folder, { LITELLM_MASTER_KEY: KEY });
  running.push(served);
  expect((await callerOf(served.url)('POST', '/key/generate', {}, KEY)).status).toBe(200);
});

test('F-44: a disk that fills while the gateway serves: calls go on, changes are refused and said, and space heals it', async (context) => {
  mountSmall(context);
  const served = await serveWithDatabase(['--data', join(data, 'of-gateway')], folder, { LITELLM_MASTER_KEY: KEY });
  running.push(served);
  const api = callerOf(served.url);
  const made = await api('POST', '/key/generate', { key_alias: 'before' }, KEY);
  const chat = (key: string): ReturnType<typeof api> =>
    api('POST', '/v1/chat/completions', { model: 'demo', messages: [{ role: 'user', content: 'Hi' }] }, key);
  expect((await chat(String(made.body['key']))).status).toBe(200);

  const filler = join(data, 'filler');
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']);
  // Rows of which not two fit on what is left of a page.
  const fill = (alias: string): ReturnType<typeof api> =>
    api('POST', '/key/generate', { key_alias: alias, metadata: { x: noise(60_000) } }, KEY);
  await expect.poll(async () => (await fill(crypto.randomUUID())).status).toBe(503);
  expect(await fill('full')).toMatchObject({ status: 503, body: { error: { message: 'The database has no room left.' } } });
  expect(served.stdout()).toMatch(/"why":"53100: .*No space left.*"database-refused"/u);
  for (const key of [KEY, String(made.body['key'])]) expect((await chat(key)).status).toBe(200);
  expect((await api('GET', '/key/list', undefined, KEY)).status).toBe(200);

  rmSync(filler);
  await expect.poll(async () => (await fill(crypto.randomUUID())).status).toBe(200);
  const { body } = await api('GET', '/key/list?key_alias=before', undefined, KEY);
  expect(body['total_count']).toBe(1);
});

/** Text that a database cannot make smaller. */
function noise(length: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(length))).toString('base64');
}
