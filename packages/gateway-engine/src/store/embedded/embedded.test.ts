import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openPool } from '../../../test/start-database.ts';
import { silentLog } from '../../ports/index.ts';
import { startEmbedded } from './start-embedded.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const HOLDER = join(import.meta.dirname, '../../../test/hold-embedded.ts');

let parent: string;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'stagegate-embedded-'));
  folder = join(parent, 'postgres');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await untilNoServer();
  rmSync(parent, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

interface Held {
  readonly child: ChildProcess;
  /** The database's URL once it runs, or what was said instead. */
  readonly said: Promise<string>;
}

function hold(): Held {
  const child = spawn(process.execPath, [HOLDER, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let text = '';
  const said = new Promise<string>((resolve) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.startsWith('postgresql:') && text.endsWith('\n')) resolve(text.trim());
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', () => resolve(text.trim()));
  });
  return { child, said };
}

function postmasterPid(): number | undefined {
  const file = join(folder, 'data', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

async function untilNoServer(): Promise<void> {
  for (let pid = postmasterPid(); pid !== undefined && existsSync(`/proc/${pid}`); pid = postmasterPid()) await wait(50);
}

async function ask(url: string, text: string): Promise<unknown[]> {
  const { sql, destroy } = openPool(url);
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    destroy();
  }
}

test('F-44: the second owner is told so in one line, and the first goes on', async () => {
  const { url, stop } = await startEmbedded(folder, silentLog);
  const { child, said } = hold();
  const line = await said;
  expect(line).toMatch(
    /^owned: the database beside .*lock is in use by process \d+; stop that gateway or choose another folder with --data$/u,
  );
  expect(line).toContain(String(process.pid));
  expect(child.exitCode).toBe(1);
  expect(await ask(url, 'select 1 as one')).toStrictEqual([{ one: 1 }]);
  await stop();
  expect(readdirSync(folder).toSorted()).toStrictEqual(['data', 'password', 'run', 'server.log']);
});

test('the server never runs as root, and its folders are closed to others', async () => {
  const { stop } = await startEmbedded(folder, silentLog);
  const { uid } = statSync(`/proc/${postmasterPid()}`);
  expect(uid).not.toBe(0);
  for (const [name, mode] of [
    ['data', 0o700],
    ['run', 0o700],
    ['password', 0o600],
    ['server.log', 0o600],
  ] as const)
    expect([name, statSync(join(folder, name)).mode & 0o777]).toStrictEqual([name, mode]);
  await stop();
});

test('it does not let in without the password', async () => {
  const { url, stop } = await startEmbedded(folder, silentLog);
  await expect(ask(url.replace(/:[^:@]+@/u, ':wrong@'), 'select 1')).rejects.toThrow('password authentication failed');
  await stop();
});

/** What the folder shows, one after the other, while a first start goes on. */
const PHASES: readonly (readonly [phase: string, isReached: () => boolean])[] = [
  ['the lock', () => existsSync(join(folder, 'lock'))],
  ['the password', () => existsSync(join(folder, 'password'))],
  ['the first file of the draft', () => findDraft('PG_VERSION')],
  ['the control file of the draft', () => findDraft('global/pg_control')],
  ['the whole data folder', () => existsSync(join(folder, 'data'))],
  ['the first sign of the server', () => postmasterPid() !== undefined],
];

function findDraft(file: string): boolean {
  const drafts = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('new-')) : [];
  return drafts.some((name) => existsSync(join(folder, name, 'data', file)));
}

test('F-44: kill -9 in every phase of the first start', async () => {
  for (const [phase, isReached] of PHASES) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    const { child } = hold();
    while (!isReached()) await wait(1);
    child.kill('SIGKILL');
    const next = hold();
    const url = await next.said;
    expect(url, `killed at ${phase}`).toMatch(/^postgresql:/u);
    expect(await ask(url, 'select 1 as one')).toStrictEqual([{ one: 1 }]);
    expect(readdirSync(folder).filter((name) => name.startsWith('new-'))).toStrictEqual([]);
    next.child.kill('SIGKILL');
    await untilNoServer();
  }
});

test('kill -9 while it serves: what was written stays', async () => {
  const first = hold();
  await ask(await first.said, 'create table kept as select 1 as one');
  first.child.kill('SIGKILL');
  expect(await ask(await hold().said, 'select * from kept')).toStrictEqual([{ one: 1 }]);
});

test('the server ends with its gateway, however that ends', async () => {
  const { child, said } = hold();
  await said;
  const pid = postmasterPid();
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), { timeout: 30_000, interval: 50 });
});

test('a server that is killed is started again', async () => {
  const { url, stop } = await startEmbedded(folder, silentLog);
  const pid = postmasterPid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(async () => expect(await ask(url, 'select 1 as one')).toStrictEqual([{ one: 1 }]), { timeout: 60_000, interval: 200 });
  expect(postmasterPid()).not.toBe(pid);
  await stop();
});

/** But for what a server that could not start leaves beside them. */
function dataFiles(): string[] {
  return readdirSync(join(folder, 'data')).filter((name) => !name.startsWith('postmaster.'));
}

test.each([
  ['a control file that is cut', () => truncateSync(join(folder, 'data/global/pg_control'), 100)],
  ['a log that is gone', () => rmSync(join(folder, 'data/pg_wal'), { recursive: true })],
  ['data of another release', () => writeFileSync(join(folder, 'data/PG_VERSION'), '12\n')],
])('F-44: %s is said, with the way back, and nothing is reset', async (_name, damage) => {
  const { stop } = await startEmbedded(folder, silentLog);
  await stop();
  damage();
  const before = dataFiles();
  await expect(startEmbedded(folder, silentLog)).rejects.toThrow(
    /does not start: (?:FATAL|PANIC)[^]+server\.log[^]+stagegate db restore FILE/u,
  );
  expect(dataFiles()).toStrictEqual(before);
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

test('a password that is gone is said', async () => {
  const { stop } = await startEmbedded(folder, silentLog);
  await stop();
  rmSync(join(folder, 'password'));
  await expect(startEmbedded(folder, silentLog)).rejects.toThrow(/password is missing/u);
});
