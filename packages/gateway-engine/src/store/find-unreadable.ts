import { drizzle } from 'drizzle-orm/postgres-js';
import type { Cipher } from './cipher.ts';
import type { DatabaseAddress } from './database-url.ts';
import { openConnections } from './pool.ts';
import { readStoredConfig } from './queries/stored-config.ts';

const CONNECT_MS = 5_000;
const STATEMENT_MS = 30_000;
/** What either cipher makes of the shortest text: a nonce and a tag, as base64. */
const SEALED = /^(?:v2:gcm:[\w-]{38,}={0,2}|[\w-]{54,}={0,2})$/u;

/**
 * Models and credentials whose secrets this cipher does not open though they look sealed.
 *
 * out:    their names, as in messages about the configuration.
 * errors: throws what the driver throws.
 */
export async function findUnreadable(address: DatabaseAddress, cipher: Cipher): Promise<readonly string[]> {
  const { sql, destroy } = openConnections(address, { connectionsMax: 1, connectMs: CONNECT_MS, statementMs: STATEMENT_MS });
  try {
    // What is opened is left out, because a key in plain words may look sealed.
    const open = (text: string): string | undefined => (cipher.open(text) === undefined ? undefined : '');
    const rows = await readStoredConfig(drizzle(sql), { ...cipher, open });
    return rows.flatMap(({ name, value }) => (secretsOf(value).some((text) => SEALED.test(text)) ? [name] : []));
  } finally {
    destroy();
  }
}

function secretsOf(value: object): readonly string[] {
  return Object.values(value).flatMap((part: unknown) =>
    typeof part === 'object' && part !== null ? Object.values(part).filter((text) => typeof text === 'string') : [],
  );
}
