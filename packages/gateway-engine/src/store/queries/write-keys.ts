import { and, desc, eq, inArray, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { deletedVerificationTokens, verificationTokens, type VerificationTokenRow } from '../schema/index.ts';

/** A key to be inserted. */
export type NewKeyRow = typeof verificationTokens.$inferInsert;

/** A filter for keys; absent members match any. */
export interface KeyFilter {
  readonly keyHashes?: readonly string[];
  readonly keyAlias?: string;
  readonly teamId?: string;
  readonly userId?: string;
}

/** Inserts a key. out: its row. The database refuses a hash that it has already. */
export async function insertKey(database: Database, row: NewKeyRow): Promise<VerificationTokenRow | undefined> {
  const [written] = await database.insert(verificationTokens).values(row).returning();
  return written;
}

/** Up to `rowsMax` keys, newest first. */
export function listKeys(database: Database, filter: KeyFilter, rowsMax: number): Promise<readonly VerificationTokenRow[]> {
  return database.select().from(verificationTokens).where(toCondition(filter)).orderBy(desc(verificationTokens.created_at)).limit(rowsMax);
}

/** Blocks or unblocks keys. out: the rows after the change. */
export function blockKeys(database: Database, filter: KeyFilter, blocked: boolean, by: string): Promise<readonly VerificationTokenRow[]> {
  return database.update(verificationTokens).set({ blocked, updated_by: by }).where(toCondition(filter)).returning();
}

/**
 * Deletes keys, and keeps their rows in the table of deleted ones, as the reference does. To be called in a transaction.
 *
 * out: the deleted rows.
 */
export async function deleteKeys(
  transaction: Database,
  keyHashes: readonly string[],
  by: string,
): Promise<readonly VerificationTokenRow[]> {
  if (keyHashes.length === 0) return [];
  const gone = await transaction
    .delete(verificationTokens)
    .where(inArray(verificationTokens.token, [...keyHashes]))
    .returning();
  if (gone.length > 0) await transaction.insert(deletedVerificationTokens).values(gone.map((row) => ({ ...row, deleted_by: by })));
  return gone;
}

function toCondition({ keyHashes, keyAlias, teamId, userId }: KeyFilter): SQL | undefined {
  return and(
    keyHashes === undefined ? undefined : inArray(verificationTokens.token, [...keyHashes]),
    keyAlias === undefined ? undefined : eq(verificationTokens.key_alias, keyAlias),
    teamId === undefined ? undefined : eq(verificationTokens.team_id, teamId),
    userId === undefined ? undefined : eq(verificationTokens.user_id, userId),
  );
}
