// Bundles the gateway (one file, and what it loads lazily beside it): `node packages/cli/build.ts FOLDER`. Called by scripts/lib/bundle.mjs, which knows when.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RUNTIME_LOCK_FILE } from '@stagegate/gateway-engine/cutover';
import { build, type Plugin } from 'rolldown';
import { runtimeLock } from './runtime-lock.ts';

const PACKAGES = ['core-transforms', 'gateway-engine', 'shell-hono', 'shell-legacy', 'parity', 'cli'];
const root = dirname(dirname(import.meta.dirname));
const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: build.ts FOLDER');

/** V8 keeps a module's text as long as the process lives, and a single character beyond Latin-1 doubles it: those stand in strings and are escaped. */
const latin1: Plugin = {
  name: 'latin1',
  generateBundle: (_options, bundle) => {
    for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = file.code.replaceAll(/[\u0100-\uffff]/g, escapeUnit);
  },
};

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

await build({
  // Bundles name their modules from here: a verdict's fingerprint must not depend on where anybody stands.
  cwd: root,
  input: join(import.meta.dirname, 'src/main.ts'),
  platform: 'node',
  plugins: [latin1],
  output: { dir: folder, entryFileNames: 'stagegate.js', format: 'esm', sourcemap: true, comments: { legal: false, jsdoc: false } },
  logLevel: 'warn',
});
const lock = runtimeLock(
  join(root, 'pnpm-lock.yaml'),
  PACKAGES.map((name) => `packages/${name}`),
);
writeFileSync(join(folder, RUNTIME_LOCK_FILE), lock);
