import type { Cipher } from './cipher.ts';
import type { DatabaseAddress } from './database-url.ts';
import { readStoredRows } from './read-stored-rows.ts';

/** What either cipher makes of the shortest text: a nonce and a tag, as base64. */
const SEALED = /^(?:v2:gcm:[\w-]{38,}={0,2}|[\w-]{54,}={0,2})$/u;

/**
 * Models and credentials whose secrets this cipher does not open though they look sealed.
 *
 * out:    their names, as in messages about the configuration.
 * errors: throws what the driver throws.
 */
export async function findUnreadable(address: DatabaseAddress, cipher: Cipher): Promise<readonly string[]> {
  // What is opened is left out, because a key in plain words may look sealed.
  const open = (text: string): string | undefined => (cipher.open(text) === undefined ? undefined : '');
  const rows = await readStoredRows(address, { ...cipher, open });
  return rows.flatMap(({ name, value }) => (secretsOf(value).some((text) => SEALED.test(text)) ? [name] : []));
}

function secretsOf(value: object): readonly string[] {
  return Object.values(value).flatMap((part: unknown) =>
    typeof part === 'object' && part !== null ? Object.values(part).filter((text) => typeof text === 'string') : [],
  );
}
