import { drizzle } from 'drizzle-orm/postgres-js';
import type { DatabaseAddress } from './database-url.ts';
import { type Drift, findDrift } from './litellm/find-drift.ts';
import { hasTables } from './litellm/prepare-tables.ts';
import { openConnections } from './pool.ts';

/** A database, described for people: its server and its contents. */
export interface DatabaseDescription {
  readonly version: string;
  readonly bytes: number;
  /** Numbers of rows, by the everyday names of the tables. */
  readonly counts: Readonly<Record<string, number>>;
  /** Undefined: it has none of LiteLLM's tables. */
  readonly drift: Drift | undefined;
}

const COUNTED: Readonly<Record<string, string>> = {
  keys: 'LiteLLM_VerificationToken',
  teams: 'LiteLLM_TeamTable',
  users: 'LiteLLM_UserTable',
  models: 'LiteLLM_ProxyModelTable',
  credentials: 'LiteLLM_CredentialsTable',
};
const CONNECT_MS = 5_000;
const STATEMENT_MS = 30_000;

/** Reads this without changing anything. Throws the driver's errors. */
export async function describeDatabase(address: DatabaseAddress): Promise<DatabaseDescription> {
  const { sql, destroy } = openConnections(address, { connectionsMax: 1, connectMs: CONNECT_MS, statementMs: STATEMENT_MS });
  try {
    const [facts] = await sql`SELECT current_setting('server_version') AS version, pg_database_size(current_database())::float8 AS bytes`;
    const database = drizzle(sql);
    const drift = (await hasTables(database)) ? await findDrift(database) : undefined;
    const missing = new Set(drift?.missing.map(({ name }) => name));
    const counts: Record<string, number> = {};
    for (const [name, table] of Object.entries(COUNTED)) {
      if (drift === undefined || missing.has(table)) continue;
      const [row] = await sql`SELECT count(*)::float8 AS count FROM ${sql(table)}`;
      counts[name] = Number(row?.['count']);
    }
    return { version: String(facts?.['version']), bytes: Number(facts?.['bytes']), counts, drift };
  } finally {
    destroy();
  }
}

/** Whether a backup can be restored here: only where there is no table of LiteLLM's. */
export async function isRestorable(address: DatabaseAddress): Promise<boolean> {
  const { sql, destroy } = openConnections(address, { connectionsMax: 1, connectMs: CONNECT_MS, statementMs: STATEMENT_MS });
  try {
    return !(await hasTables(drizzle(sql)));
  } finally {
    destroy();
  }
}
