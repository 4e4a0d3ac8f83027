import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import { readFlags } from './read-flags.ts';

const PACKAGES = join(import.meta.dirname, '../../..');

/** The programs under test, bundled as `serve` is, and the flags it runs with. */
export interface Build {
  readonly folder: string;
  readonly relay: string;
  readonly stagegate: string;
  readonly flags: readonly string[];
  readonly remove: () => void;
}

/** Bundles the gateway and the yardstick anew, into a folder of their own. */
export async function buildGateways(): Promise<Build> {
  const folder = mkdtempSync(join(tmpdir(), 'stagegate-bench-'));
  execFileSync(process.execPath, [join(PACKAGES, 'cli/build.ts'), folder], { stdio: 'inherit' });
  const relay = join(folder, 'relay.js');
  await build({
    input: join(import.meta.dirname, 'relay.ts'),
    platform: 'node',
    output: { file: relay, format: 'esm', minify: false },
    logLevel: 'warn',
  });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, relay, stagegate: join(folder, 'stagegate.js'), flags: readFlags(), remove };
}
