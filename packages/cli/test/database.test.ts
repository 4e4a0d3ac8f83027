import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { end, makeFolder, type Run, run, type Served, serve, serveWithDatabase } from './spawn-serve.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../../config.example.yaml'), 'utf8');

const running: Run[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(end));
});

async function readiness({ url }: Served): Promise<unknown> {
  const answer = await fetch(`${url}/health/readiness`);
  return [answer.status, await answer.json()];
}

async function chat({ url }: Served, folder: string): Promise<number> {
  const key = readFileSync(join(folder, '.stagegate/master-key'), 'utf8').trim();
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await answer.text();
  return answer.status;
}

test('F-44: a database of its own by default; a second gateway is told in one line who has it; kill -9 does no harm', async () => {
  const folder = makeFolder({ 'config.yaml': EXAMPLE });
  const first = await serveWithDatabase([], folder);
  running.push(first);
  expect(first.stdout()).toContain('Database: its own, in .stagegate/postgres\n');
  expect(await readiness(first)).toStrictEqual([200, { status: 'healthy', db: 'connected' }]);
  expect(await chat(first, folder)).toBe(200);

  const second = run(['serve', '--port', '0'], folder);
  expect(await second.ended).toBe(1);
  expect(second.stderr()).toBe(
    `the database beside ${folder}/.stagegate/postgres/lock is in use by process ${first.child.pid}; stop that gateway or choose another folder with --data\n`,
  );
  expect(await chat(first, folder)).toBe(200);

  await end(first);
  const third = await serveWithDatabase([], folder);
  running.push(third);
  expect(third.stdout()).not.toContain('tables-made');
  expect(await chat(third, folder)).toBe(200);
  third.child.kill('SIGTERM');
  expect(await third.ended).toBe(0);
});

test('--no-db goes without', async () => {
  const folder = makeFolder({ 'config.yaml': EXAMPLE });
  const served = await serve([], folder);
  running.push(served);
  expect(served.stdout()).toContain('Database: none; the master key is the only key\n');
  expect(await chat(served, folder)).toBe(200);
});

test.each([
  ['that nobody listens for', 'refused', []],
  ['that says nothing', 'silent', ['--shell', 'legacy', '--stage', '1']],
])('F-30: with a server %s it serves what the file has, and is not ready', async (_name, kind, words) => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  if (kind === 'refused') await new Promise((resolve) => silent.close(resolve));
  const folder = makeFolder({ 'config.yaml': EXAMPLE });
  const served = await serveWithDatabase(words, folder, {
    DATABASE_URL: `postgresql://u:p@127.0.0.1:${port}/d`,
  });
  running.push(served);
  expect(served.stdout()).toContain('Database: not reached yet');
  expect(await readiness(served)).toStrictEqual([503, { status: 'healthy', db: 'disconnected' }]);
  expect(await chat(served, folder)).toBe(200);
  served.child.kill('SIGTERM');
  expect(await served.ended).toBe(0);
  silent.close();
});

test('a database URL that is none', async () => {
  const folder = makeFolder({ 'config.yaml': EXAMPLE });
  const { ended, stderr } = run(['serve', '--port', '0'], folder, { DATABASE_URL: 'mysql://x' });
  expect(await ended).toBe(2);
  expect(stderr()).toBe('database_url: expected a postgresql:// URL; serve --no-db goes without a database\n');
});
