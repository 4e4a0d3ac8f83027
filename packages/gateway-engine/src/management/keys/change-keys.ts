import { isObject } from '@stagegate/core-transforms';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { blockKeys, deleteKeys as removeKeys, tables } from '../../store/index.ts';
import { announceChange, durationMs, makeKey, parseDuration } from '../../tenants/index.ts';
import { nameKey } from '../../text/index.ts';
import { nameOf } from '../callers.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuse, refuseInBraces, refuseInDetail, refuseInvalid } from '../refusal.ts';
import { readResetTo } from '../reset-spend.ts';
import { refuseUnbuilt } from '../unbuilt.ts';
import { checkReached, reachKey, reachRow, toHash, type ReachedKey } from './key-access.ts';
import { checkPermission } from './key-checks.ts';
import { KEY_UPDATE_FIELDS, restartWindows } from './key-fields.ts';
import { readOwnKey, toGenerated } from './generate-key.ts';
import { toKeyChanges } from './update-key.ts';

/** POST /key/delete, by keys, hashes or aliases. */
export async function deleteKeys(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { keys, key_aliases: aliases } = readFields(body, { keys: 'texts', key_aliases: 'texts' });
  const named = Array.isArray(keys) && keys.length > 0 ? keys.map(String) : undefined;
  const byAlias = Array.isArray(aliases) && aliases.length > 0 ? aliases.map(String) : undefined;
  if (named === undefined && byAlias === undefined) {
    const msg = "Value error, At least one of 'keys' or 'key_aliases' must be provided.";
    throw refuseInvalid([{ type: 'value_error', loc: ['body'], msg }]);
  }
  const where = named === undefined ? { key_alias: { in: byAlias ?? [] } } : { token: { in: named.map(toHash) } };
  const rows = await ask(parts, (database) => tables.keys.list(database, where, { sortBy: 'token', limit: DELETE_MAX }));
  if (rows.length === 0) throw refuseInBraces(404, 'No keys found');
  for (const row of rows) checkReached(await reachRow(parts, caller, row), 'delete');
  const hashes = rows.map(({ token }) => token);
  await change(parts, (transaction) => removeKeys(transaction, hashes, nameOf(caller)));
  for (const keyHash of hashes) await announceChange(parts.store, { kind: 'key', keyHash });
  return { deleted_keys: named ?? byAlias };
}

const DELETE_MAX = 1_000;

/** POST /key/block */
export function blockKey(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  return setBlocked(parts, call, true);
}

/** POST /key/unblock */
export function unblockKey(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  return setBlocked(parts, call, false);
}

async function setBlocked(parts: StoredParts, { caller, body }: ManagedCall, blocked: boolean): Promise<unknown> {
  const { key } = readFields(body, { key: 'text!' });
  const hash = toHash(String(key));
  if (!/^[0-9a-f]{64}$/u.test(hash)) throw refuse(400, 'Invalid key format.', 'bad_request_error', 'key');
  const reached = await reachKey(parts, caller, hash);
  if (reached === undefined) throw refuse(404, 'Key not found.', 'not_found_error', 'key');
  if (reached.reach !== 'everything') {
    const route = blocked ? '/key/block' : '/key/unblock';
    throw refuseInBraces(403, `Only proxy admins, team admins, or org admins can call ${route}. user_role=${caller.role ?? 'None'}`);
  }
  const [row] = await ask(parts, (database) => blockKeys(database, { keyHashes: [hash] }, blocked, nameOf(caller)));
  await announceChange(parts.store, { kind: 'key', keyHash: hash });
  return row;
}

const REGENERATE_FIELDS = { ...KEY_UPDATE_FIELDS, new_key: 'text', grace_period: 'text' } as const;

/** POST /key/{key}/regenerate: replaces a key with a new one. The old key still works for its grace period, if it is given one. */
export async function regenerateKey(parts: StoredParts, { caller, body, places }: ManagedCall): Promise<unknown> {
  refuseUnbuilt(body);
  const { key, new_key: _new, grace_period: grace, ...fields } = readFields(body, REGENERATE_FIELDS);
  const old = places['key'] ?? (typeof key === 'string' ? key : undefined);
  if (old === undefined) throw refuseInBraces(400, 'No key passed in.');
  const reached = await reachKey(parts, caller, old);
  if (reached === undefined) throw refuseInBraces(404, `Key ${old} not found.`);
  checkReached(reached, 'regenerate');
  if (reached.reach === 'own' && reached.team !== undefined) checkPermission(reached.team, '/key/regenerate');
  const made = readOwnKey(parts, body, 'new_key') ?? makeKey();
  const changes = Object.keys(fields).length === 0 ? {} : await toKeyChanges(parts, caller, reached, fields);
  const row = await replaceKey(parts, caller, reached, made, { changes, graceMs: toGraceMs(grace, parts.clock.nowMs()) });
  for (const keyHash of [reached.row.token, row.token]) await announceChange(parts.store, { kind: 'key', keyHash });
  return { ...toGenerated(row, made, fields), token: null };
}

interface Replacing {
  readonly changes: Awaited<ReturnType<typeof toKeyChanges>>;
  readonly graceMs: number;
}

async function replaceKey(parts: StoredParts, caller: Caller, { row: old }: ReachedKey, made: string, { changes, graceMs }: Replacing) {
  const token = toHash(made);
  const nowMs = parts.clock.nowMs();
  return change(parts, async (transaction) => {
    await tables.deletedKeys.insert(transaction, { ...old, deleted_by: nameOf(caller) });
    // Earlier keys that are still in their grace period now stand for the new key.
    await tables.deprecatedKeys.update(transaction, { active_token_id: old.token }, { active_token_id: token });
    if (graceMs > 0) {
      const deprecated = { token: old.token, active_token_id: token, revoke_at: new Date(nowMs + graceMs) };
      await tables.deprecatedKeys.remove(transaction, { token: old.token });
      await tables.deprecatedKeys.insert(transaction, deprecated);
    }
    const next = { ...changes, token, key_name: nameKey(made), updated_by: nameOf(caller), settings_updated_at: new Date(nowMs) };
    const [row] = await tables.keys.update(transaction, { token: old.token }, next);
    if (row === undefined) throw refuse(404, 'Key not found.', 'not_found_error', 'key');
    return row;
  });
}

/** The grace period in milliseconds; 0 where it cannot be parsed. */
function toGraceMs(grace: unknown, nowMs: number): number {
  const duration = typeof grace === 'string' ? parseDuration(grace) : undefined;
  return duration === undefined ? 0 : durationMs(duration, nowMs);
}

/** POST /key/{key}/reset_spend: for admins of the proxy, of the key's team and of its organisation. */
export async function resetKeySpend(parts: StoredParts, { caller, body, places }: ManagedCall): Promise<unknown> {
  const key = places['key'] ?? '';
  const reached = await reachKey(parts, caller, key);
  if (reached === undefined) throw refuseInDetail(404, { error: `Key ${key} not found.` });
  const { row, reach } = reached;
  if (reach !== 'everything') throw refuseInDetail(403, { error: 'Only proxy admins and team admins can reset the spend of a key.' });
  const { budget_id: budgetId } = row;
  const budget = budgetId === null ? undefined : await ask(parts, (database) => tables.budgets.find(database, { budget_id: budgetId }));
  const spend = readResetTo(body, row.spend, [row.max_budget, budget?.max_budget]);
  const windows = restartWindows(row.budget_limits, parts.clock.nowMs());
  await ask(parts, (database) =>
    tables.keys.update(database, { token: row.token }, { spend, ...(windows !== undefined && { budget_limits: windows }) }),
  );
  await announceChange(parts.store, { kind: 'key', keyHash: row.token });
  const { max_budget, budget_reset_at } = row;
  return { key_hash: row.token, spend, previous_spend: row.spend, max_budget, budget_reset_at };
}

/** POST /key/health: checks the logging callbacks of the caller's own key. */
export async function checkKeyHealth(_parts: StoredParts, { caller }: ManagedCall): Promise<unknown> {
  const { logging } = isObject(caller.metadata) ? caller.metadata : {};
  if (logging === undefined || logging === null) return { key: 'healthy', logging_callbacks: null };
  const details = 'Callbacks of a key are not built in Stagegate: they are not called.';
  return { key: 'unhealthy', logging_callbacks: { callbacks: [], status: 'unhealthy', details } };
}
