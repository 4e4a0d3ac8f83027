import { tables, type Database, type ModelAliasesRow, type TeamRow } from '../../store/index.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** Teams with their model aliases, as the reference shows them; null where a team has none. */
export async function withAliases<Row extends Pick<TeamRow, 'model_id'>>(
  database: Database,
  rows: readonly Row[],
): Promise<readonly (Row & { readonly litellm_model_table: ModelAliasesRow | null })[]> {
  const ids = rows.map(({ model_id: id }) => id).filter((id) => id !== null);
  const found = ids.length === 0 ? [] : await tables.modelAliases.list(database, { id: { in: ids } }, { sortBy: 'id', limit: ROWS_MAX });
  const byId = new Map(found.map((aliases) => [aliases.id, aliases]));
  return rows.map((row) => ({ ...row, litellm_model_table: row.model_id === null ? null : (byId.get(row.model_id) ?? null) }));
}
