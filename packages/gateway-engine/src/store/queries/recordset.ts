import { sql, type SQL } from 'drizzle-orm';

/** Rows as one JSON parameter, so that a list of any length is one statement. Sent as text, because the driver would quote jsonb again. */
export function recordset(rows: readonly object[]): SQL {
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)`;
}

/** A list of texts as one parameter, of type text[]. */
export function textArray(texts: readonly string[]): SQL {
  return sql`(ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::text::jsonb)))`;
}
