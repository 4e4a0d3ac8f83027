import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { pnpmEnvironment } from './toolchain.mjs';

const STAMP = join(CACHE, 'installed');

/** Installs what the lockfile says, when it or a package.json changed since the last time. Install scripts are off but for the allow-list. */
export function ensureInstalled() {
  const wanted = hashManifests();
  if (existsSync(join(ROOT, 'node_modules')) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  console.error('stagegate: installing dependencies (locked versions)');
  const run = spawnSync('pnpm', ['install', '--frozen-lockfile', '--config.confirmModulesPurge=false', '--reporter=append-only'], {
    cwd: ROOT,
    env: pnpmEnvironment(),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) throw new Error('pnpm install failed; its own words stand above');
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(STAMP, wanted);
}

function hashManifests() {
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => join('packages', name, 'package.json'));
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...packages]) {
    if (existsSync(join(ROOT, file))) hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}
