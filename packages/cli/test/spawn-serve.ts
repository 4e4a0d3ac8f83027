import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const MAIN = join(import.meta.dirname, '../src/main.ts');
/** Compiled sources, kept from one start to the next: else half of each test is their compilation. */
const COMPILED = join(import.meta.dirname, '../../../.cache/compiled');
const START_MS_MAX = 60_000;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A `stagegate` process. */
export interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Exit code, once it has ended; the signal's name when one ended it. */
  readonly ended: Promise<number | string>;
}

/** A gateway that listens. */
export interface Served extends Run {
  readonly url: string;
}

/** A folder of its own, with these files, for as long as the tests of this file run. */
export function makeFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'stagegate-'));
  folders.push(folder);
  // As root the database runs as another user, who has to get there.
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Starts `stagegate` in a folder, with no environment but PATH, Node's own and what is given; `within`: a program that starts it in turn. */
export function run(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  within: readonly string[] = [],
): Run {
  const [program = '', ...args] = [...within, process.execPath, MAIN, ...words];
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED, ...env },
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? String(signal)));
  });
  return { child, stdout: () => texts.stdout, stderr: () => texts.stderr, ended };
}

/** Starts `stagegate serve` without a database on a free port and waits until it says where it listens. */
export function serve(words: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Served> {
  return serveWithDatabase(['--no-db', ...words], cwd, env);
}

/** The same with the database that it chooses itself. */
export async function serveWithDatabase(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  within: readonly string[] = [],
): Promise<Served> {
  const started = run(['serve', '--port', '0', ...words], cwd, env, within);
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no start in time: ${started.stdout()}${started.stderr()}`)), START_MS_MAX);
    const look = (): void => {
      const found = /on (http:\/\/\S+)\n[^]*Try it|on (http:\/\/\S+)\n[^]*No model is ready/u.exec(started.stdout());
      if (found !== null) resolve(found[1] ?? found[2] ?? '');
    };
    started.child.stdout?.on('data', look);
    void started.ended.then((code) => reject(new Error(`ended with ${code}: ${started.stderr()}`)));
    void started.ended.finally(() => clearTimeout(timer));
  });
  return { ...started, url };
}

/** Ends a process for good. */
export async function end({ child, ended }: Run): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}
