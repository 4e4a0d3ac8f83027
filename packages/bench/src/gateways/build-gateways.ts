import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';

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
  const flags: unknown = JSON.parse(readFileSync(join(PACKAGES, 'cli/v8-flags.json'), 'utf8'));
  if (!Array.isArray(flags)) throw new Error('v8-flags.json is not a list');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, relay, stagegate: join(folder, 'stagegate.js'), flags: flags.map(String), remove };
}
