import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { checkSettings, UPDATABLE_SETTINGS, type UpdatableSection } from '../../config/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { namesVariable, NO_VARIABLES } from '../names-variable.ts';
import type { StoredParts } from '../parts.ts';
import { refuseInBraces, type Refusal } from '../refusal.ts';
import { changeStored, ownedByFile, wordOwned } from './stored-settings.ts';

const SECTIONS = ['router_settings', 'litellm_settings'] as const;

/**
 * POST /config/update: settings of the router and of retries, which apply on every instance once it has read them. Code, modules, files,
 * hosts, credentials and environment variables can be named only in the operator's config file.
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
  await changeStored(
    parts,
    changes.map(({ section, settings }) => ({ section, next: (stored) => ({ ...stored, ...settings }) })),
  );
  return { message: 'Config updated successfully' };
}

/** The settings that were sent, or a Refusal; null counts as not sent. */
function checked(parts: StoredParts, section: UpdatableSection, sent: JsonObject): JsonObject {
  const settings = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null));
  const unknown = Object.keys(settings).filter((name) => !UPDATABLE_SETTINGS[section].has(name));
  if (unknown.length > 0) throw wrong(`Settings that cannot be set over HTTP in ${section}: ${unknown.toSorted().join(', ')}`);
  if (namesVariable(settings)) throw wrong(NO_VARIABLES);
  const owned = ownedByFile(parts, section, Object.keys(settings));
  if (owned.length > 0) throw wrong(wordOwned(section, owned));
  const issues = checkSettings(section, settings);
  if (issues.length > 0) throw wrong(issues.map((issue) => issue.trim()).join('; '));
  return settings;
}

function wrong(message: string): Refusal {
  return refuseInBraces(400, message, 'auth_error');
}
