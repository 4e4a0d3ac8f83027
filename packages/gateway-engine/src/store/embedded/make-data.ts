import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedProblem } from './problem.ts';
import { findFault } from './server.ts';
import type { Programs } from './programs.ts';
import type { RunAs } from './run-as.ts';

const PASSWORD_BYTES = 24;
const DRAFT = 'new-';
const SAID_MAX = 2_000;

/**
 * Makes the data folder if there is none, under another name first, so that a folder called `data` is always complete.
 *
 * in:   the database's folder, locked by this process.
 * out:  the data folder.
 * cost: one to two seconds, once.
 */
export async function ensureData(folder: string, { initdb }: Programs, password: string, runAs: RunAs | undefined): Promise<string> {
  const data = join(folder, 'data');
  removeDrafts(folder);
  if (existsSync(data)) return data;
  const draft = join(folder, `${DRAFT}${randomBytes(4).toString('hex')}`);
  mkdirSync(draft, { mode: 0o700 });
  const passwordFile = join(draft, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const made = join(draft, 'data');
  if (runAs !== undefined) for (const path of [draft, passwordFile]) chownSync(path, runAs.uid, runAs.gid);
  await run(initdb, ['-D', made, '-U', 'stagegate', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', `--pwfile=${passwordFile}`], runAs);
  renameSync(made, data);
  removeDrafts(folder);
  return data;
}

/** The password of the database's only user, made at the first start. */
export function ensurePassword(folder: string): string {
  const file = join(folder, 'password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (existsSync(join(folder, 'data'))) throw new EmbeddedProblem('broken', `${file} is missing: without it nobody gets into the database`);
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, password, { mode: 0o600 });
  renameSync(draft, file);
  return password;
}

/** Removes what a killed start has left. Its processes may still be writing there for a moment. */
function removeDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(DRAFT)) rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function run(program: string, args: readonly string[], runAs: RunAs | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...runAs,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      cwd: '/',
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-SAID_MAX)));
    child.on('error', (error) => reject(new EmbeddedProblem('unavailable', `the database's programs do not run here: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new EmbeddedProblem('broken', `the database could not be made: ${findFault(said) ?? `exit code ${code}`}`));
    });
  });
}
