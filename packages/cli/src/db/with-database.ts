import { join } from 'node:path';
import type { Environment } from '@stagegate/gateway-engine/config';
import { silentLog } from '@stagegate/gateway-engine/ports';
import type { DatabaseAddress, EmbeddedDatabase } from '@stagegate/gateway-engine/store';
import { Exit } from '../serve/exit.ts';
import { requireOwn } from '../serve/open-database.ts';
import { readConfigFile } from '../serve/read-config.ts';

/** Options that every `db` command has. */
export interface DatabaseOptions {
  readonly config?: string;
  readonly data: string;
}

/** The database to work on, and whose it is. */
export interface FoundDatabase {
  readonly address: DatabaseAddress;
  /** The folder of the gateway's own database; undefined: it is not the gateway's own. */
  readonly folder: string | undefined;
}

/**
 * Runs work on the gateway's database: the one in the config, the one that a running gateway keeps, or the one in the data folder. The last
 * is started for as long as the work takes, and made first where `makes` says so. Throws Exit for what the user can fix.
 */
export async function withDatabase(
  options: DatabaseOptions & { readonly makes?: true },
  env: Environment,
  work: (found: FoundDatabase) => Promise<void>,
): Promise<void> {
  const { config } = readConfigFile(options.config, env);
  const engine = await import('@stagegate/gateway-engine/store');
  const folder = config.database.url === undefined ? join(options.data, 'postgres') : undefined;
  if (folder !== undefined && options.makes !== true) requireOwn(folder);
  const known = folder === undefined ? config.database.url : engine.findRunningEmbedded(folder);
  let started: EmbeddedDatabase | undefined;
  try {
    if (known === undefined && folder !== undefined) started = await engine.startEmbedded(folder, silentLog);
    const address = engine.readDatabaseUrl(known ?? started?.url ?? '');
    if (address === undefined) throw new Exit(2, 'database_url: expected a postgresql:// URL');
    await work({ address, folder });
  } catch (error) {
    if (error instanceof engine.EmbeddedProblem) throw new Exit(1, error.message);
    if (error instanceof Error && 'code' in error && !(error instanceof Exit)) throw new Exit(1, `the database: ${error.message}`);
    throw error;
  } finally {
    await started?.stop();
  }
}
