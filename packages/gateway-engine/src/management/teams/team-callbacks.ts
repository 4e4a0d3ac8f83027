import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import { maskSettings } from '../../config/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { tables, type TeamRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuseInDetail } from '../refusal.ts';
import { reachTeam } from './team-access.ts';

/** GET /team/{team_id}/callback: the callbacks that a team names, without secrets. */
export async function showTeamCallbacks(parts: StoredParts, { caller, places, path }: ManagedCall): Promise<unknown> {
  const team = await reachTeam(parts, caller, places['team_id'] ?? '', path);
  const { success, failure, variables } = callbacksOf(metadataOf(team));
  return {
    status: 'success',
    data: {
      team_id: team.team_id,
      success_callbacks: success,
      failure_callbacks: failure,
      callback_vars: maskSettings(variables),
    },
  };
}

/** POST /team/{team_id}/callback: refused, because callbacks of teams would never be called. */
export async function addTeamCallback(parts: StoredParts, { caller, places, path, body }: ManagedCall): Promise<never> {
  const { callback_name: name } = readFields(body, { callback_name: 'text!', callback_type: 'text', callback_vars: 'object!' });
  const team = await reachTeam(parts, caller, places['team_id'] ?? '', path);
  const error = `Stagegate tells nobody of a team's calls yet: callback_name = ${String(name)} was not added for team_id = ${team.team_id}.`;
  throw refuseInDetail(400, { error });
}

/** DELETE /team/{team_id}/callback/{callback_name} */
export async function deleteTeamCallback(parts: StoredParts, { caller, places, path }: ManagedCall): Promise<unknown> {
  const team = await reachTeam(parts, caller, places['team_id'] ?? '', path);
  const name = places['callback_name'] ?? '';
  const metadata = metadataOf(team);
  const entries = entriesOf(metadata);
  const rest = entries.filter((entry) => entry['callback_name'] !== name);
  if (rest.length === entries.length) {
    throw refuseInDetail(404, { error: `callback_name = ${name} is not registered for team_id = ${team.team_id}.` });
  }
  const kept = { ...metadata, logging: rest };
  await write(parts, team, kept);
  const { success, failure } = callbacksOf(kept);
  return {
    status: 'success',
    message: `Callback ${name} removed for team ${team.team_id}`,
    data: { team_id: team.team_id, success_callbacks: success, failure_callbacks: failure },
  };
}

/** POST /team/{team_id}/disable_logging: removes all callbacks that a team names. */
export async function disableTeamLogging(parts: StoredParts, { caller, places, path }: ManagedCall): Promise<unknown> {
  const team = await reachTeam(parts, caller, places['team_id'] ?? '', path);
  const metadata = metadataOf(team);
  const old = isObject(metadata['callback_settings']) ? metadata['callback_settings'] : {};
  const none = { callbacks: [], callback_vars: {}, ...old, success_callback: [], failure_callback: [] };
  await write(parts, team, { ...metadata, callback_settings: none, logging: [] });
  return {
    status: 'success',
    message: `Logging disabled for team ${team.team_id}`,
    data: { team_id: team.team_id, success_callbacks: [], failure_callbacks: [] },
  };
}

async function write(parts: StoredParts, { team_id: id }: TeamRow, metadata: JsonObject): Promise<void> {
  await ask(parts, (database) => tables.teams.update(database, { team_id: id }, { metadata }));
  await announceChange(parts.store, { kind: 'team', id });
}

interface Callbacks {
  readonly success: readonly string[];
  readonly failure: readonly string[];
  readonly variables: JsonObject;
}

/** A team's callbacks: `logging`, or the older settings only where it is absent. Source: LiteLLM 1.106.2, team_callback_endpoints.py. */
function callbacksOf(metadata: JsonObject): Callbacks {
  if (metadata['logging'] === undefined || metadata['logging'] === null) {
    const settings = isObject(metadata['callback_settings']) ? metadata['callback_settings'] : {};
    return {
      success: textsOf(settings['success_callback']),
      failure: textsOf(settings['failure_callback']),
      variables: isObject(settings['callback_vars']) ? settings['callback_vars'] : {},
    };
  }
  const entries = entriesOf(metadata).filter((entry) => typeof entry['callback_name'] === 'string');
  const named = (type: string): readonly string[] => [
    ...new Set(
      entries.filter((entry) => [type, 'success_and_failure'].includes(typeOf(entry))).map((entry) => String(entry['callback_name'])),
    ),
  ];
  return {
    success: named('success'),
    failure: named('failure'),
    variables: Object.assign({}, ...entries.map((entry) => (isObject(entry['callback_vars']) ? entry['callback_vars'] : {}))) as JsonObject,
  };
}

function typeOf({ callback_type: type }: JsonObject): string {
  return typeof type === 'string' && type !== '' ? type : 'success_and_failure';
}

function entriesOf({ logging }: JsonObject): readonly JsonObject[] {
  return Array.isArray(logging) ? logging.filter(isObject) : [];
}

function metadataOf({ metadata }: TeamRow): JsonObject {
  return isObject(metadata) ? metadata : {};
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
