import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { STORED_CONFIG_CHANNEL, tables, type Database } from '../../store/index.ts';
import { change, type StoredParts } from '../parts.ts';
import { refuseInBraces } from '../refusal.ts';

/** The settings of a section that the database holds; empty where it has none. */
export async function findStored(database: Database, section: string): Promise<JsonObject> {
  const row = await tables.configSettings.find(database, { param_name: section });
  // LiteLLM writes the column as JSON, or as a string of JSON.
  const value: unknown = typeof row?.param_value === 'string' ? JSON.parse(row.param_value) : row?.param_value;
  return isObject(value) ? value : {};
}

/** A change to one section: `next` makes its new settings from the stored ones. */
export interface SectionChange {
  readonly section: string;
  readonly next: (stored: JsonObject) => JsonObject;
}

/**
 * Changes settings in the database, all sections in one transaction, and announces it to every instance.
 *
 * out:    the new settings of each section, in the order of the changes.
 * errors: throws a Refusal where no settings are read from the database.
 */
export async function changeStored(parts: StoredParts, changes: readonly SectionChange[]): Promise<readonly JsonObject[]> {
  if (!parts.config.database.storesModels) {
    throw refuseInBraces(500, "Set `'STORE_MODEL_IN_DB='True'` in your env to enable this feature.");
  }
  const written = await change(parts, async (transaction) => {
    const sections: JsonObject[] = [];
    for (const { section, next } of changes) {
      // Writing the row first locks it, so that concurrent changes do not overwrite each other.
      await tables.configSettings.insertMissing(transaction, { param_name: section });
      await tables.configSettings.update(transaction, { param_name: section }, { param_name: section });
      const value = next(await findStored(transaction, section));
      await tables.configSettings.update(transaction, { param_name: section }, { param_value: value });
      sections.push(value);
    }
    return sections;
  });
  await parts.store.notify(STORED_CONFIG_CHANNEL, 'settings');
  return written;
}

/** Those of the named settings that the config file has, for which the database does not count. */
export function ownedByFile({ config }: StoredParts, section: string, names: readonly string[]): readonly string[] {
  const inFile = config.shown[section];
  return names.filter((name) => isObject(inFile) && Object.hasOwn(inFile, name));
}

/** The reference's message for settings that the config file owns. */
export function wordOwned(section: string, names: readonly string[]): string {
  const subject = names.length === 1 ? `key '${names.join('')}' is` : `keys ${names.map((name) => `'${name}'`).join(', ')} are`;
  return `${section} ${subject} set in the config file and cannot be changed here.`;
}
