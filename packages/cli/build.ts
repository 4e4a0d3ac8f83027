// Bundles the gateway (one file, and what it loads lazily beside it): `node packages/cli/build.ts FOLDER`. Called by scripts/lib/bundle.mjs, which knows when.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RUNTIME_LOCK_FILE } from '@stagegate/gateway-engine/cutover';
import { build } from 'rolldown';
import { runtimeLock } from './runtime-lock.ts';

const PACKAGES = ['core-transforms', 'gateway-engine', 'shell-hono', 'shell-legacy', 'parity', 'cli'];
const root = dirname(dirname(import.meta.dirname));
const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: build.ts FOLDER');

await build({
  // Bundles name their modules from here: a verdict's fingerprint must not depend on where anybody stands.
  cwd: root,
  input: join(import.meta.dirname, 'src/main.ts'),
  platform: 'node',
  output: { dir: folder, entryFileNames: 'stagegate.js', format: 'esm', sourcemap: true },
  logLevel: 'warn',
});
const lock = runtimeLock(
  join(root, 'pnpm-lock.yaml'),
  PACKAGES.map((name) => `packages/${name}`),
);
writeFileSync(join(folder, RUNTIME_LOCK_FILE), lock);
