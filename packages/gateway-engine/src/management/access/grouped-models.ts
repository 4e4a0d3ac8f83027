import { isObject, type JsonValue } from '@stagegate/core-transforms';
import { tables, type Database, type ProxyModelRow } from '../../store/index.ts';
import { refuseInDetail, type Refusal } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** The models of the database, the oldest first: a group of models is a name in their rows. */
export function listGroupedModels(database: Database): Promise<readonly ProxyModelRow[]> {
  return tables.models.list(database, {}, { sortBy: 'created_at', limit: ROWS_MAX });
}

/** The groups that a model is in. */
export function groupsOf({ model_info: info }: ProxyModelRow): readonly string[] {
  return isObject(info) ? toTexts(info['access_groups']) : [];
}

/** The strings of a hand-written list; empty where it is no list. */
export function toTexts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The refusal for a group that no model of the database is in. */
export function groupNotFound(name: string): Refusal {
  return refuseInDetail(404, { error: `Access group '${name}' not found` });
}
