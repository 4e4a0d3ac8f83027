import type { JsonObject } from '@stagegate/core-transforms';
import { checkSettings, UPDATABLE_SETTINGS, type UpdatableSection } from '../../config/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { STORED_CONFIG_CHANNEL, tables } from '../../store/index.ts';
import { change, type StoredParts } from '../parts.ts';
import { isObject } from '../read-fields.ts';
import { refuseInBraces, type Refusal } from '../refusal.ts';
import { findStored } from './stored-settings.ts';

const SECTIONS = ['router_settings', 'litellm_settings'] as const;

/**
 * POST /config/update: settings of the router and of retries, in force on every instance once it has read them. Code, modules, files,
 * hosts, credentials and variables of the environment are the operator's to name, in his file.
 */
export async function updateSettings(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const other = Object.keys(body).find((name) => body[name] !== null && !SECTIONS.some((section) => section === name));
  if (other !== undefined) throw wrong(`${other} cannot be set over HTTP: only the config file may.`);
  const changes = SECTIONS.flatMap((section) => {
    const sent = body[section] ?? null;
    if (sent === null) return [];
    if (!isObject(sent)) throw wrong(`${section}: expected an object`);
    return [{ section, settings: checked(parts, section, sent) }];
  });
  if (!parts.config.database.storesModels) {
    throw refuseInBraces(500, "Set `'STORE_MODEL_IN_DB='True'` in your env to enable this feature.");
  }
  await change(parts, async (transaction) => {
    for (const { section, settings } of changes) {
      const next = { ...(await findStored(transaction, section)), ...settings };
      const [row] = await tables.configSettings.update(transaction, { param_name: section }, { param_value: next });
      if (row === undefined) await tables.configSettings.insert(transaction, { param_name: section, param_value: next });
    }
  });
  await parts.store.notify(STORED_CONFIG_CHANNEL, 'settings');
  return { message: 'Config updated successfully' };
}

/** What is left out of a section stays; null says nothing. */
function checked({ config }: StoredParts, section: UpdatableSection, sent: JsonObject): JsonObject {
  const settings = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null));
  const unknown = Object.keys(settings).filter((name) => !UPDATABLE_SETTINGS[section].has(name));
  if (unknown.length > 0) throw wrong(`Settings that cannot be set over HTTP in ${section}: ${unknown.toSorted().join(', ')}`);
  if (JSON.stringify(settings).includes('os.environ/')) {
    throw wrong('os.environ/ names variables of the gateway: only its config file may use them.');
  }
  const inFile = config.shown[section];
  const owned = Object.keys(settings).filter((name) => isObject(inFile) && Object.hasOwn(inFile, name));
  if (owned.length > 0) {
    const subject = owned.length === 1 ? `key '${owned.join('')}' is` : `keys ${owned.map((name) => `'${name}'`).join(', ')} are`;
    throw wrong(`${section} ${subject} set in the config file and cannot be changed here.`);
  }
  const issues = checkSettings(section, settings);
  if (issues.length > 0) throw wrong(issues.map((issue) => issue.trim()).join('; '));
  return settings;
}

function wrong(message: string): Refusal {
  return refuseInBraces(400, message, 'auth_error');
}
