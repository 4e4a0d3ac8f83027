import { tables, type Database, type ModelAliasesRow, type TeamRow } from '../../store/index.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** A team's model aliases as they are shown with it. */
type ShownAliases = Omit<ModelAliasesRow, 'created_at' | 'updated_at'> & { readonly team: null };

/** A team's row with what belongs to it. */
export type TeamWithAliases<Row> = Row & { readonly litellm_model_table: ShownAliases | null; readonly object_permission: null };

/** Teams with their model aliases, as the reference shows them; null where a team has none. */
export async function withAliases<Row extends Pick<TeamRow, 'model_id'>>(
  database: Database,
  rows: readonly Row[],
): Promise<readonly TeamWithAliases<Row>[]> {
  const ids = rows.map(({ model_id: id }) => id).filter((id) => id !== null);
  const found = ids.length === 0 ? [] : await tables.modelAliases.list(database, { id: { in: ids } }, { sortBy: 'id', limit: ROWS_MAX });
  const byId = new Map(found.map(({ created_at: _made, updated_at: _changed, ...aliases }) => [aliases.id, { ...aliases, team: null }]));
  return rows.map((row) => ({
    ...row,
    object_permission: null,
    litellm_model_table: row.model_id === null ? null : (byId.get(row.model_id) ?? null),
  }));
}
