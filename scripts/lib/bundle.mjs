import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { runTool } from './run.mjs';

const FOLDER = join(CACHE, 'bundle');
const PACKAGES = ['core-transforms', 'gateway-engine', 'shell-hono', 'shell-legacy', 'parity', 'cli'];
const KEPT = 2;

/** The gateway, bundled, built when its sources or locked dependencies changed. out: the file to run. */
export async function ensureBundle() {
  const inputs = hashInputs();
  const file = join(FOLDER, inputs, 'stagegate.js');
  if (existsSync(file)) return file;
  console.error('stagegate: bundling the gateway');
  // Whole or not there at all: its hash is what verdicts speak for.
  const building = join(FOLDER, `${inputs}.${process.pid}`);
  const code = await runTool([join(ROOT, 'packages/cli/build.ts'), building]);
  if (code === 0 && !existsSync(file)) takeOver(building, join(FOLDER, inputs));
  rmSync(building, { recursive: true, force: true });
  if (!existsSync(file)) throw new Error('the bundle could not be built');
  removeOld();
  return file;
}

/** Somebody else may have built the same meanwhile. */
function takeOver(building, folder) {
  try {
    renameSync(building, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

function hashInputs() {
  const hash = createHash('sha256');
  const add = (path) => {
    for (const entry of readdirSync(join(ROOT, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory()) add(below);
      else if (!entry.name.endsWith('.test.ts')) hash.update(below).update(readFileSync(join(ROOT, below)));
    }
  };
  for (const name of PACKAGES) {
    hash.update(readFileSync(join(ROOT, 'packages', name, 'package.json')));
    add(`packages/${name}/src`);
  }
  for (const file of ['pnpm-lock.yaml', 'packages/cli/build.ts', 'packages/cli/runtime-lock.ts'])
    hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Keeps the newest few: a gateway that still runs may read from its own. */
function removeOld() {
  // One with a dot is somebody's, being built.
  const folders = readdirSync(FOLDER).flatMap((name) => (name.includes('.') ? [] : [join(FOLDER, name)]));
  const oldest = folders.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs).slice(KEPT);
  for (const folder of oldest) rmSync(folder, { recursive: true, force: true });
}
