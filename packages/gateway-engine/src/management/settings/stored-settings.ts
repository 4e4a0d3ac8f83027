import type { JsonObject } from '@stagegate/core-transforms';
import { tables, type Database } from '../../store/index.ts';
import { isObject } from '../read-fields.ts';

/** Settings of a section that stand in the database. */
export async function findStored(database: Database, section: string): Promise<JsonObject> {
  const row = await tables.configSettings.find(database, { param_name: section });
  // LiteLLM writes the column as JSON, or as a text that holds JSON.
  const value: unknown = typeof row?.param_value === 'string' ? JSON.parse(row.param_value) : row?.param_value;
  return isObject(value) ? value : {};
}
