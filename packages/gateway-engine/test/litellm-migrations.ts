import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The release whose migrations LiteLLM 1.106.2 brings. */
const RELEASE = 'litellm-proxy-extras==0.4.108';
const FOLDER = join(import.meta.dirname, '../../../.cache/litellm-proxy-extras');

/** One of LiteLLM's migrations. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** What Prisma keeps beside the name. */
  readonly checksum: string;
}

/** LiteLLM's migrations in their order, from its package, which pip brings once. Undefined where there is no pip. */
export function readLitellmMigrations(): readonly Migration[] | undefined {
  const migrations = join(FOLDER, 'litellm_proxy_extras', 'migrations');
  if (!existsSync(migrations)) {
    const pip = spawnSync('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', FOLDER, RELEASE], { encoding: 'utf8' });
    if (pip.status !== 0) return undefined;
  }
  return readdirSync(migrations)
    .toSorted()
    .flatMap((name) => {
      const file = join(migrations, name, 'migration.sql');
      if (!existsSync(file)) return [];
      const bytes = readFileSync(file);
      return [{ name, sql: bytes.toString(), checksum: createHash('sha256').update(bytes).digest('hex') }];
    });
}
