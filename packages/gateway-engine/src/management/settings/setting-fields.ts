import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import { checkSettings, maskSettings, UPDATABLE_SETTINGS } from '../../config/index.ts';
import { GENERAL_SETTINGS_KEYS } from '../../config/known-keys.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { namesVariable, NO_VARIABLES } from '../names-variable.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuseInDetail, type Refusal } from '../refusal.ts';
import { changeStored, findStored, ownedByFile, wordOwned } from './stored-settings.ts';

const SECTION = 'general_settings';

/** POST /config/field/update: one of the settings in `general_settings` that may be changed over HTTP, none of which names code or hosts. */
export async function updateField(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { field_name: 'text!', field_value: 'any!', config_type: 'text!' });
  const { name } = readName(parts, fields);
  const value = fields['field_value'] ?? null;
  if (namesVariable(value)) throw wrong(NO_VARIABLES);
  const issues = checkSettings(SECTION, { [name]: value });
  if (issues.length > 0) throw wrong(`Invalid field value passed in. ${issues.map((issue) => issue.trim()).join('; ')}`);
  return shown(await changeStored(parts, [{ section: SECTION, next: (stored) => ({ ...stored, [name]: value }) }]));
}

/** POST /config/field/delete: removes one setting from the database. */
export async function deleteField(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { name } = readName(parts, readFields(body, { field_name: 'text!', config_type: 'text!' }));
  const before = await ask(parts, (database) => findStored(database, SECTION));
  if (!Object.hasOwn(before, name)) throw wrong(`Field name=${name} not in config`);
  return shown(await changeStored(parts, [{ section: SECTION, next: ({ [name]: _gone, ...rest }) => rest }]));
}

function readName(parts: StoredParts, fields: JsonObject): { readonly name: string } {
  const name = String(fields['field_name']);
  if (fields['config_type'] !== SECTION) throw wrong(`Invalid config_type=${String(fields['config_type'])} passed in.`);
  if (!GENERAL_SETTINGS_KEYS.has(name)) throw wrong(`Invalid field=${name} passed in.`);
  if (!UPDATABLE_SETTINGS[SECTION].has(name)) throw wrong(`${name} cannot be set over HTTP: only the config file may.`);
  if (ownedByFile(parts, SECTION, [name]).length > 0) throw wrong(wordOwned(SECTION, [name]));
  return { name };
}

function shown([value = {}]: readonly JsonObject[]): object {
  return { param_name: SECTION, param_value: maskSettings(value) };
}

/** POST /config/callback/delete: removes a callback from the database; refused where the config file lists callbacks. */
export async function deleteCallback(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const name = String(readFields(body, { callback_name: 'text!' })['callback_name']).toLowerCase();
  const section = 'litellm_settings';
  const owned = ownedByFile(parts, section, ['success_callback']);
  if (owned.length > 0) throw wrong(wordOwned(section, owned));
  const before = textsOf((await ask(parts, (database) => findStored(database, section)))['success_callback']);
  if (!before.includes(name)) throw refuseInDetail(404, { error: `Callback '${name}' not found in active configuration` });
  const rest = before.filter((callback) => callback !== name);
  await changeStored(parts, [{ section, next: (stored) => ({ ...stored, success_callback: rest }) }]);
  return {
    message: `Successfully deleted callback: ${name}`,
    removed_callback: name,
    remaining_callbacks: rest,
    deleted_at: new Date(parts.clock.nowMs()).toISOString(),
  };
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function wrong(error: string): Refusal {
  return refuseInDetail(400, { error });
}
