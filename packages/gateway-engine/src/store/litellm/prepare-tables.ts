import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { renderCatalog } from './render-catalog.ts';

/** LiteLLM's own lock around its migrations ("llm_mig2" as a number), and Prisma's: a change of the schema holds both. */
const LOCKS = ['7812739710205912882', '72707369'];
const STATEMENT_MS = 60_000;

/** Prisma's own table, as Prisma makes it. */
const LEDGER = `CREATE TABLE "_prisma_migrations" (
  "id" varchar(36) PRIMARY KEY NOT NULL, "checksum" varchar(64) NOT NULL, "finished_at" timestamptz, "migration_name" varchar(255) NOT NULL,
  "logs" text, "rolled_back_at" timestamptz, "started_at" timestamptz NOT NULL DEFAULT now(), "applied_steps_count" integer NOT NULL DEFAULT 0)`;

/**
 * Gives a database without LiteLLM's tables all of them, and the list of migrations by which LiteLLM knows that it has them. Where there is
 * one of them nothing is changed.
 *
 * out:    whether they were made now.
 * errors: throws what the driver throws; then nothing was made, because it is one transaction.
 */
export async function prepareTables(database: Database): Promise<boolean> {
  if (await hasTables(database)) return false;
  const { LITELLM_CATALOG, LITELLM_MIGRATIONS } = await import('./tables.generated.ts');
  return database.transaction(async (transaction) => {
    await transaction.execute(sql.raw(`SET LOCAL statement_timeout = ${STATEMENT_MS}`));
    for (const lock of LOCKS) await transaction.execute(sql.raw(`SELECT pg_advisory_xact_lock(${lock})`));
    // Somebody else may have made them while this one waited.
    if (await hasTables(transaction)) return false;
    await transaction.execute(sql.raw([...renderCatalog(JSON.parse(LITELLM_CATALOG)), LEDGER].join(';\n')));
    const applied = Object.entries(LITELLM_MIGRATIONS).map(([name, checksum]) => ({ id: randomUUID(), name, checksum }));
    await transaction.execute(
      sql`INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "logs", "applied_steps_count")
        SELECT id, checksum, now(), name, '', 1 FROM json_to_recordset(${JSON.stringify(applied)}) AS x(id text, name text, checksum text)`,
    );
    return true;
  });
}

/** Whether one of LiteLLM's tables is there. Throws what the driver throws. */
export async function hasTables(database: Database): Promise<boolean> {
  const found = await database.execute(
    sql`SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND starts_with(relname, 'LiteLLM_') LIMIT 1`,
  );
  return found.length > 0;
}
