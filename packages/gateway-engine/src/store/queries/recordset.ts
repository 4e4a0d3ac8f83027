import { sql, type SQL } from 'drizzle-orm';

/** Rows as one JSON text: a list of any length is one value, and one statement. The driver would quote a parameter of type jsonb again. */
export function recordset(rows: readonly object[]): SQL {
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)`;
}

/** A list of texts as one value, of type text[]. */
export function textArray(texts: readonly string[]): SQL {
  return sql`(ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::text::jsonb)))`;
}
