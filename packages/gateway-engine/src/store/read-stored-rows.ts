import { drizzle } from 'drizzle-orm/postgres-js';
import type { Cipher } from './cipher.ts';
import type { DatabaseAddress } from './database-url.ts';
import { openConnections } from './pool.ts';
import { readStoredConfig, type StoredRow } from './queries/stored-config.ts';

const CONNECT_MS = 5_000;
const STATEMENT_MS = 30_000;

/** What a database adds to the configuration, read once, for whoever does not serve from it. Throws what the driver throws. */
export async function readStoredRows(address: DatabaseAddress, cipher: Cipher): Promise<readonly StoredRow[]> {
  const { sql, destroy } = openConnections(address, { connectionsMax: 1, connectMs: CONNECT_MS, statementMs: STATEMENT_MS });
  try {
    return await readStoredConfig(drizzle(sql), cipher);
  } finally {
    destroy();
  }
}
