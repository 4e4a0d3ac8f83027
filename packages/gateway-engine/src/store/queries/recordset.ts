import { sql, type SQL } from 'drizzle-orm';

/** Rows as one JSON text: a list of any length is one value, and one statement. The driver would quote a parameter of type jsonb again. */
export function recordset(rows: readonly object[]): SQL {
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)`;
}
