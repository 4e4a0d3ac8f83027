import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@stagegate/gateway-engine/config';
import { type DatabaseOptions, withDatabase } from '../db/with-database.ts';
import { Exit } from '../serve/exit.ts';
import { findMasterKey } from '../serve/master-key.ts';
import { hasOwn } from '../serve/open-database.ts';
import type { ReadConfig } from '../serve/read-config.ts';
import type { Check } from './check.ts';
import { checkStoredRows } from './check-config.ts';

/**
 * Checks the database: whether it can be reached, whether its tables are the ones we know, whether its secrets can be read, and what it
 * adds to the configuration.
 */
export async function checkDatabase(read: ReadConfig, options: DatabaseOptions, env: Environment): Promise<readonly Check[]> {
  const { database, saltKey, masterKey } = read.config;
  if (database.url === undefined && !hasOwn(join(options.data, 'postgres'))) {
    return [{ name: 'database', state: 'ok', says: 'none yet: serve makes one' }];
  }
  const checks: Check[] = [];
  try {
    await withDatabase(options, env, async ({ address }) => {
      const { createCipher, describeDatabase, findUnreadable, readStoredRows, wordDrift } = await import('@stagegate/gateway-engine/store');
      const { version, drift } = await describeDatabase(address);
      checks.push({ name: 'database', state: 'ok', says: `PostgreSQL ${version} answers` });
      if (drift === undefined) {
        checks.push({ name: 'schema', state: 'ok', says: "without LiteLLM's tables: serve makes them" });
        return;
      }
      const problems = wordDrift(drift).map((says): Check => ({
        name: 'schema',
        state: drift.missing.length > 0 ? 'problem' : 'warning',
        says,
      }));
      checks.push(...(problems.length === 0 ? [{ name: 'schema', state: 'ok', says: 'as LiteLLM 1.106.2 makes it' } as const] : problems));
      if (drift.missing.length > 0) return;
      const key = saltKey ?? keptKey(masterKey, options.data);
      if (key === undefined) return;
      const cipher = createCipher(key);
      const unreadable = await findUnreadable(address, cipher);
      checks.push(...unreadable.map((name): Check => ({ name: 'salt key', state: 'problem', says: `${name} is sealed with another key` })));
      if (database.storesModels) checks.push(...checkStoredRows(read, await readStoredRows(address, cipher), env));
    });
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    checks.push({ name: 'database', state: 'problem', says: error.message });
  }
  return checks;
}

/** The master key of the config or the data folder; none is made here. */
function keptKey(configured: string | undefined, data: string): string | undefined {
  if (configured !== undefined) return configured;
  return existsSync(join(data, 'master-key')) ? findMasterKey(undefined, '127.0.0.1', data).key : undefined;
}
