import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { words } from '../../config/known-keys.ts';
import { tables } from '../../store/index.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readFields, refuseOthers, type Fields } from '../read-fields.ts';
import { Refusal, refuseInDetail, refuseInvalid } from '../refusal.ts';
import { reachTeam } from '../teams/team-access.ts';
import { toHash } from './key-access.ts';
import { KEY_UPDATE_FIELDS, shownKey } from './key-fields.ts';
import { changeKey, findToUpdate } from './update-key.ts';

const KEYS_MAX = 500;

/** A key and the changes to it. */
interface KeyChange {
  readonly key: string;
  readonly fields: JsonObject;
}

const BULK_FIELDS = { key: 'text!', budget_id: 'text', max_budget: 'number', team_id: 'text', tags: 'texts' } as const;

/** POST /key/bulk_update: changes keys one after another; each succeeds or fails on its own. */
export async function bulkUpdateKeys(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { keys } = readFields(body, { keys: 'objects!' });
  const items = Array.isArray(keys) ? keys.filter(isObject) : [];
  if (items.length === 0) throw refuseInDetail(400, { error: 'No keys provided for update' });
  if (items.length > KEYS_MAX) {
    throw refuseInDetail(400, { error: `Maximum ${KEYS_MAX} keys can be updated at once. Found ${items.length} keys.` });
  }
  return changeEach(items, async (item) => {
    const { key = '', ...fields } = readFields(item, BULK_FIELDS);
    return changeOne(parts, caller, { key: String(key), fields });
  });
}

/** What can be said of all keys of a team at once: limits and notes, and nothing that says whose they are or what they may. Source: LiteLLM 1.106.2, KeyUpdateFields. */
const TEAM_NAMES = words(`
  max_budget budget_id budget_duration budget_limits model_max_budget tpm_limit rpm_limit model_tpm_limit model_rpm_limit
  max_parallel_requests rpm_limit_type tpm_limit_type temp_budget_increase temp_budget_expiry duration tags metadata
`);
const TEAM_FIELDS: Fields = Object.fromEntries(Object.entries(KEY_UPDATE_FIELDS).filter(([name]) => TEAM_NAMES.has(name)));

/** POST /team/key/bulk_update: one change to several keys of a team, or to all active ones; each succeeds or fails on its own. */
export async function bulkUpdateTeamKeys(parts: StoredParts, { caller, body, path }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { team_id: 'text!', key_ids: 'texts', all_keys_in_team: 'flag', update_fields: 'object!' });
  const changes = readChanges(fields['update_fields']);
  const named = Array.isArray(fields['key_ids']) ? fields['key_ids'].map(String) : [];
  const all = fields['all_keys_in_team'] === true;
  if (all === named.length > 0) {
    const error = all
      ? 'Provide either `key_ids` or `all_keys_in_team=True`, not both.'
      : 'Must provide either `key_ids` (non-empty) or `all_keys_in_team=True`.';
    throw refuseValue(['body'], error);
  }
  if (named.length > KEYS_MAX) {
    throw refuseInDetail(400, { error: `Maximum ${KEYS_MAX} keys can be updated at once. Found ${named.length} key_ids.` });
  }
  const { team_id: teamId } = await reachTeam(parts, caller, String(fields['team_id']), path);
  const keys = all ? await keysInForce(parts, teamId) : [...new Map(named.map((key) => [toHash(key), key])).values()];
  if (keys.length === 0) throw refuseInDetail(404, { error: `No keys found for team ${teamId}` });
  const where = { team_id: teamId, token: { in: keys.map(toHash) } };
  const rows = await ask(parts, (database) => tables.keys.list(database, where, { sortBy: 'token', limit: KEYS_MAX }));
  return changeEach(keys, (key) => {
    if (!rows.some(({ token }) => token === toHash(key))) throw refuseInDetail(404, { error: `Key not found in team ${teamId}` });
    return changeOne(parts, caller, { key, fields: changes });
  });
}

/** The active keys of a team. Blocked and expired ones are left out, because the call does not name them. */
async function keysInForce(parts: StoredParts, teamId: string): Promise<readonly string[]> {
  const rows = await ask(parts, (database) =>
    tables.keys.list(database, { team_id: teamId, blocked: { not: true } }, { sortBy: 'token', limit: ROWS_ASKED }),
  );
  const nowMs = parts.clock.nowMs();
  const inForce = rows.filter(({ expires }) => expires === null || expires.getTime() > nowMs);
  if (inForce.length > KEYS_MAX) {
    const error = `Team ${teamId} has more than ${KEYS_MAX} keys. Use \`key_ids\` to update in batches of ${KEYS_MAX}.`;
    throw refuseInDetail(400, { error });
  }
  return inForce.map(({ token }) => token);
}

const ROWS_ASKED = 10_000;

/** The change that applies to all keys. Members that a team may not set are refused, not dropped. */
export function readChanges(sent: unknown): JsonObject {
  const changes = isObject(sent) ? sent : {};
  refuseOthers(changes, TEAM_FIELDS, ['body', 'update_fields']);
  if (Object.keys(changes).length === 0) throw refuseValue(['body', 'update_fields'], 'At least one field must be set');
  const { temp_budget_increase: increase = null, temp_budget_expiry: expiry = null } = changes;
  if ((increase === null) !== (expiry === null))
    throw refuseValue(['body', 'update_fields'], 'temp_budget_increase and temp_budget_expiry must be set together');
  return readFields(changes, TEAM_FIELDS, ['body', 'update_fields']);
}

async function changeOne(parts: StoredParts, caller: Caller, { key, fields }: KeyChange): Promise<object> {
  const reached = await findToUpdate(parts, caller, key, undefined);
  return { key, key_info: shownKey(await changeKey(parts, caller, reached, fields)) };
}

async function changeEach<Item extends JsonObject | string>(
  items: readonly Item[],
  update: (item: Item) => Promise<object>,
): Promise<object> {
  const successful: object[] = [];
  const failed: object[] = [];
  for (const item of items) {
    try {
      successful.push(await update(item));
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      const key = typeof item === 'string' ? item : (item['key'] ?? null);
      failed.push({ key, key_info: null, failed_reason: thrown.message });
    }
  }
  return { total_requested: items.length, successful_updates: successful, failed_updates: failed };
}

function refuseValue(loc: readonly string[], error: string): Error {
  return refuseInvalid([{ type: 'value_error', loc, msg: `Value error, ${error}` }]);
}
