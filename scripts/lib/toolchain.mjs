import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { CACHE } from './paths.mjs';

const NODE_MAJOR_MIN = 24;
const PNPM_MAJOR_MIN = 12;
const REMEMBERED = join(CACHE, 'toolchain.json');

/**
 * A Node that is new enough: the one that runs this, else one from the npm package `node`.
 * out: path of the executable. cost: nothing on the machine's own Node; a file read once another was brought.
 */
export function findNode() {
  return majorOf(process.version) >= NODE_MAJOR_MIN ? process.execPath : bring().node;
}

/** The environment in which `pnpm` is new enough, found on the PATH or brought from npm. Only an install needs it. */
export function pnpmEnvironment() {
  const own = { ...process.env };
  if (majorOf(process.version) >= NODE_MAJOR_MIN && majorOf(tryVersion('pnpm', own)) >= PNPM_MAJOR_MIN) return own;
  const { node, pnpmFolder } = bring();
  const nodeFolder = dirname(majorOf(process.version) >= NODE_MAJOR_MIN ? process.execPath : node);
  return { ...own, PATH: [nodeFolder, pnpmFolder, own.PATH].join(delimiter) };
}

/** Node and pnpm from the npm registry, through npx, which keeps them in its own cache; where they lie is remembered here. */
function bring() {
  const remembered = readRemembered();
  if (remembered !== undefined) return remembered;
  console.error(`stagegate: Node ${process.version} found, ${NODE_MAJOR_MIN} or newer wanted; bringing Node and pnpm from npm (once)`);
  const args = ['-y', '-p', 'node@26', '-p', 'pnpm@12', '--', 'node', '-e', REPORT];
  const found = spawnSync('npx', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], shell: process.platform === 'win32' });
  const line = found.stdout?.trim().split('\n').at(-1) ?? '';
  if (found.status !== 0 || !line.startsWith('{')) {
    throw new Error('could not bring Node 26 and pnpm 12 through npx; install Node 24 or newer and pnpm 12, or check the npm registry');
  }
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(REMEMBERED, line);
  return JSON.parse(line);
}

/** Runs inside npx: says which Node this is and where pnpm lies. */
const REPORT = `const { existsSync } = require('node:fs'), { join, delimiter } = require('node:path');
const pnpmFolder = process.env.PATH.split(delimiter).find((folder) => existsSync(join(folder, 'pnpm')) || existsSync(join(folder, 'pnpm.cmd')));
console.log(JSON.stringify({ node: process.execPath, pnpmFolder }));`.replaceAll('\n', ' ');

function readRemembered() {
  if (!existsSync(REMEMBERED)) return undefined;
  const remembered = JSON.parse(readFileSync(REMEMBERED, 'utf8'));
  return existsSync(remembered.node) && existsSync(remembered.pnpmFolder) ? remembered : undefined;
}

function tryVersion(tool, env) {
  const run = spawnSync(tool, ['--version'], { encoding: 'utf8', env, shell: process.platform === 'win32' });
  return run.status === 0 ? run.stdout : '0';
}

function majorOf(version) {
  return Number(version.trim().replace(/^v/u, '').split('.')[0]);
}
