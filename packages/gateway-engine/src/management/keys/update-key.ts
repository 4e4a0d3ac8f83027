import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { tables, type NewKeyRow, type VerificationTokenRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { findTeam, isAdmin, nameOf } from '../callers.ts';
import { toBudgetReset, toExpiry } from '../durations.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuse, refuseInBraces } from '../refusal.ts';
import { refuseUnbuilt } from '../unbuilt.ts';
import { checkGrants, checkMembers, checkReached, reachKey, reachRow, reachToUpdate, toAsked, type ReachedKey } from './key-access.ts';
import { checkBounds } from './key-rules.ts';
import { checkAlias, checkOwners, checkTeamMember } from './key-checks.ts';
import {
  checkAmounts,
  findGuardedChange,
  KEY_UPDATE_FIELDS,
  OWNER_FIELDS,
  OWNER_UPDATE_FIELDS,
  relatedKey,
  toColumns,
  toMetadata,
} from './key-fields.ts';

/** POST /key/update. Source of messages and of their order: LiteLLM 1.106.2, update_key_fn. */
export async function updateKey(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  refuseUnbuilt(call.body);
  const { key, ...fields } = readFields(call.body, KEY_UPDATE_FIELDS);
  const reached = await findToUpdate(parts, call.caller, key, fields['key_alias']);
  const row = await changeKey(parts, call.caller, reached, fields);
  return { key: key ?? row.token, ...relatedKey(row) };
}

/** The key that a change names by its value or its alias. Throws a Refusal where there is none, or the caller may not change it. */
export async function findToUpdate(parts: StoredParts, caller: Caller, key: unknown, alias: unknown): Promise<ReachedKey> {
  if (typeof key !== 'string' && typeof alias !== 'string') {
    throw refuse(400, 'either key or key_alias must be provided', 'bad_request_error', 'key');
  }
  const named = typeof key === 'string' ? await reachKey(parts, caller, key) : await reachAlias(parts, caller, String(alias));
  const reached = reachToUpdate(caller, named);
  checkReached(reached, 'update');
  return reached;
}

async function reachAlias(parts: StoredParts, caller: Caller, alias: string): Promise<ReachedKey> {
  const rows = await ask(parts, (database) => tables.keys.list(database, { key_alias: alias }, { sortBy: 'token', limit: 2 }));
  const [row, second] = rows;
  if (row === undefined) throw refuse(404, `Key not found. No key with key_alias='${alias}'.`, 'not_found_error', 'key_alias');
  if (second !== undefined) {
    const message = `Multiple keys share key_alias='${alias}', so it cannot be used as an identifier.`;
    throw refuse(400, message, 'bad_request_error', 'key_alias');
  }
  return reachRow(parts, caller, row);
}

/** Changes a key and announces it to every instance. out: the row after the change. Throws a Refusal for what the caller may not change. */
export async function changeKey(
  parts: StoredParts,
  caller: Caller,
  reached: ReachedKey,
  fields: JsonObject,
): Promise<VerificationTokenRow> {
  const { token } = reached.row;
  const changes = await toKeyChanges(parts, caller, reached, fields);
  const [row] = await ask(parts, (database) => tables.keys.update(database, { token }, changes));
  if (row === undefined) throw refuse(404, 'Key not found.', 'not_found_error', 'key');
  await announceChange(parts.store, { kind: 'key', keyHash: token });
  return row;
}

/** The columns that a change writes. Throws a Refusal where the caller may not write one of them. */
export async function toKeyChanges(
  parts: StoredParts,
  caller: Caller,
  { row, reach }: ReachedKey,
  fields: JsonObject,
): Promise<Partial<NewKeyRow>> {
  const admin = isAdmin(caller);
  const nowMs = parts.clock.nowMs();
  checkAmounts(fields);
  checkBounds(parts.config.tenants.keyBounds, fields, nowMs);
  if (!admin) checkMembers(fields, reach === 'own' ? OWNER_UPDATE_FIELDS : OWNER_FIELDS);
  const metadata = toMetadata(fields, isObject(row.metadata) ? row.metadata : {});
  const expiresMs = toExpiry(fields['duration'], nowMs);
  const changes: Partial<NewKeyRow> = {
    ...toColumns(fields, nowMs),
    ...(expiresMs !== undefined && { expires: expiresMs === null ? null : new Date(expiresMs) }),
    ...toBudgetReset(fields['budget_duration'], nowMs),
    metadata,
    updated_by: nameOf(caller),
    settings_updated_at: new Date(nowMs),
  };
  if (!admin) await checkChange(parts, caller, row, changes, reach);
  await checkAlias(parts, fields['key_alias'], row);
  await checkOwners(parts, fields);
  return changes;
}

/** Columns that grant something. */
const GRANTS = ['models', 'allowed_routes', 'max_budget', 'expires', 'user_id', 'team_id', 'project_id', 'organization_id'] as const;

async function checkChange(
  parts: StoredParts,
  caller: Caller,
  row: VerificationTokenRow,
  changes: Partial<NewKeyRow>,
  reach: ReachedKey['reach'],
): Promise<void> {
  if (changes.user_id !== undefined && changes.user_id !== row.user_id) {
    if (changes.user_id === null) throw refuse(403, 'Non-admin users cannot remove the user_id from a key.');
    const move = `from user=${row.user_id ?? 'None'} to user=${changes.user_id}`;
    throw refuse(403, `Non-admin caller is not allowed to rebind the key ${move}`);
  }
  const guarded =
    reach === 'own' ? findGuardedChange(isObject(row.metadata) ? row.metadata : {}, changes.metadata as JsonObject) : undefined;
  if (guarded !== undefined) throw refuseInBraces(403, `Only proxy admins can set \`${guarded}\`.`);
  const [permissions, groups] = [changes.permissions, changes.access_group_ids];
  if (permissions !== undefined || groups !== undefined)
    await checkGrants(parts, caller, toAsked({ permissions, access_group_ids: groups }), undefined);
  if (GRANTS.every((name) => changes[name] === undefined)) return;
  const team = await findTeam(parts, changes.team_id === undefined ? row.team_id : changes.team_id);
  if (changes.team_id !== undefined && changes.team_id !== null) {
    if (team === undefined) throw refuse(400, `Team not found for team_id=${changes.team_id}.`);
    checkTeamMember(caller, team, '/key/update', undefined);
  }
  // Judged as if the key were new, but for its owner, and for a project and an organisation that stay as they are.
  const { user_id: _same, ...merged } = { ...row, ...changes };
  await checkGrants(
    parts,
    caller,
    toAsked({
      ...merged,
      access_group_ids: null,
      permissions: null,
      team_id: merged.team_id ?? caller.teamId ?? null,
      project_id: changes.project_id === undefined ? (caller.projectId ?? null) : changes.project_id,
      organization_id: changes.organization_id === undefined ? (caller.organizationId ?? null) : changes.organization_id,
    }),
    team,
  );
}
