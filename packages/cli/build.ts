// Bundles the gateway (one file, and what it loads lazily beside it): `node packages/cli/build.ts FOLDER`. Called by scripts/bootstrap.mjs, which knows when.
import { join } from 'node:path';
import { build } from 'rolldown';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: build.ts FOLDER');

await build({
  input: join(import.meta.dirname, 'src/main.ts'),
  platform: 'node',
  output: { dir: folder, entryFileNames: 'stagegate.js', format: 'esm', sourcemap: true },
  logLevel: 'warn',
});
