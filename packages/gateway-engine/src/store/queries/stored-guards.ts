import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';

/** A guard that LiteLLM keeps in the database: its section of the configuration, and its name. */
export interface StoredGuard {
  readonly section: 'guardrails' | 'policies';
  readonly name: string;
}

/** Rows of older databases, which lack the status column, are in force. Source: LiteLLM 1.106.2, schema.prisma, read 2026-11-30. */
const QUERIES: readonly (readonly [StoredGuard['section'], string, SQL])[] = [
  [
    'guardrails',
    'LiteLLM_GuardrailsTable',
    sql`SELECT guardrail_name AS name FROM "LiteLLM_GuardrailsTable" AS guard
        WHERE coalesce(to_jsonb(guard) ->> 'status', 'active') = 'active' ORDER BY 1`,
  ],
  [
    'policies',
    'LiteLLM_PolicyTable',
    sql`SELECT policy_name AS name FROM "LiteLLM_PolicyTable" AS guard
        WHERE coalesce(to_jsonb(guard) ->> 'version_status', 'production') = 'production' ORDER BY 1`,
  ],
];

/** Guardrails and policies that are in force; none where the database has no such table. Throws what the driver throws. */
export async function readStoredGuards(database: Database): Promise<readonly StoredGuard[]> {
  const found: StoredGuard[] = [];
  for (const [section, table, query] of QUERIES) {
    const [there] = await database.execute(sql`SELECT to_regclass(${`"${table}"`}) IS NOT NULL AS yes`);
    if (there?.['yes'] !== true) continue;
    found.push(...(await database.execute(query)).map(({ name }) => ({ section, name: String(name) })));
  }
  return found;
}
