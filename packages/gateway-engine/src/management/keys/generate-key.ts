import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { words } from '../../config/known-keys.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { insertKey, tables, type BudgetRow, type Database, type TeamRow, type VerificationTokenRow } from '../../store/index.ts';
import { KEY_LENGTH_MIN } from '../../text/index.ts';
import { announceChange, makeKey, newKeyRow } from '../../tenants/index.ts';
import { findTeam, isAdmin, nameOf } from '../callers.ts';
import { change, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuse, refuseInBraces, refuseInDetail } from '../refusal.ts';
import { refuseUnbuilt } from '../unbuilt.ts';
import { checkGrants, checkMembers, toAsked } from './key-access.ts';
import { checkAlias, checkOwners, checkTeamMember } from './key-checks.ts';
import { readDuration, toExpiry } from '../durations.ts';
import { checkMaker, withinBounds, withKeyDefaults } from './key-rules.ts';
import { checkAmounts, KEY_FIELDS, OWNER_FIELDS, toColumns, toMetadata } from './key-fields.ts';

/** POST /key/generate. Source of every message and of their order: LiteLLM 1.106.2, generate_key_fn. */
export async function generateKey(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const fields = readFields(call.body, KEY_FIELDS);
  // Whoever is no admin makes keys for himself.
  const owner = fields['user_id'] ?? (isAdmin(call.caller) ? undefined : call.caller.userId);
  return makeKeyRow(parts, call, { ...fields, ...(owner !== undefined && { user_id: owner }) }, '/key/generate');
}

/** POST /key/service-account/generate: a key of a team, and of nobody in it. */
export async function generateServiceAccountKey(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const { user_id: _nobody, ...fields } = readFields(call.body, KEY_FIELDS);
  const { team_id: teamId, key_alias: alias, metadata } = fields;
  if (typeof teamId !== 'string') {
    throw refuse(400, 'team_id is required for service account keys. Please specify `team_id` in the request body.');
  }
  if ((await findTeam(parts, teamId)) === undefined) {
    throw refuseInDetail(400, 'team_id does not exist in the database. Please specify a valid `team_id` in the request body.');
  }
  const account = typeof alias === 'string' ? alias : `service-account-${crypto.randomUUID()}`;
  const stamped = { ...(typeof metadata === 'object' ? metadata : {}), service_account_id: account };
  return makeKeyRow(parts, call, { ...fields, metadata: stamped }, '/key/service-account/generate');
}

/** POST /user/new: the key that comes with a user. Its limits are the user's, and the rules on who may make keys do not apply. */
export function generateUserKey(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  return makeKeyRow(parts, call, readFields(call.body, KEY_FIELDS), undefined);
}

async function makeKeyRow(
  parts: StoredParts,
  { caller, body }: ManagedCall,
  sent: JsonObject,
  route: string | undefined,
): Promise<unknown> {
  const admin = isAdmin(caller);
  const { tenants } = parts.config;
  const nowMs = parts.clock.nowMs();
  checkAmounts(sent);
  if (!admin) checkMembers(sent, OWNER_FIELDS);
  const named = await findTeamOfKey(parts, sent, admin);
  if (route !== undefined) checkMaker(tenants, caller, body, named);
  if (route !== undefined && named !== undefined && !admin) checkTeamMember(caller, named, route, asText(sent['user_id']));
  refuseUnbuilt(body);
  const key = readOwnKey(parts, sent) ?? makeKey();
  const fields = withinBounds(tenants, route === undefined ? sent : withKeyDefaults(tenants, sent), nowMs);
  const team = named ?? (await findTeam(parts, asText(fields['team_id'])));
  const expiresMs = toExpiry(fields['duration'], nowMs) ?? undefined;
  const { budget_duration: period } = fields;
  const budgetDuration = typeof period === 'string' ? { text: period, duration: readDuration(period, 'budget_duration') } : undefined;
  const columns = toColumns(fields, nowMs);
  if (!admin) {
    await checkGrants(parts, caller, toAsked({ ...columns, expires: expiresMs === undefined ? null : new Date(expiresMs) }), team);
  }
  await checkAlias(parts, fields['key_alias']);
  await checkOwners(parts, fields);
  const by = nameOf(caller);
  const metadata = toMetadata(fields, {});
  const made = newKeyRow(
    { key_type: 'default', ...columns, metadata, created_by: by, updated_by: by },
    { key, nowMs, expiresMs, budgetDuration },
  );
  const kept = await change(parts, async (transaction) => {
    const soft = await insertSoftBudget(transaction, fields, by);
    const inserted = await insertKey(transaction, { ...made, ...(soft !== undefined && { budget_id: soft.budget_id }) });
    return inserted && { inserted, soft };
  });
  if (kept === undefined) throw refuseInBraces(500, 'Internal Server Error.');
  // A call may have come with this key before it existed, so other instances may remember it as unknown.
  await announceChange(parts.store, { kind: 'key', keyHash: kept.inserted.token });
  return { ...toGenerated(kept.inserted, key, fields), litellm_budget_table: kept.soft ?? null };
}

async function findTeamOfKey(parts: StoredParts, fields: JsonObject, admin: boolean): Promise<TeamRow | undefined> {
  const teamId = asText(fields['team_id']);
  const team = await findTeam(parts, teamId);
  if (team === undefined && teamId !== undefined && !admin) {
    throw refuse(400, `Team not found for team_id=${teamId}. Non-admin users cannot create keys for non-existent teams.`);
  }
  return team;
}

/** The key value that the caller chose; undefined: one is to be generated. Throws a Refusal where that is not allowed. */
export function readOwnKey({ config }: StoredParts, fields: JsonObject, name = 'key'): string | undefined {
  const key = asText(fields[name]);
  if (key === undefined) return undefined;
  if (config.tenants.ownKeysRefused) {
    throw refuseInBraces(403, 'Custom API key values are disabled by your administrator. Keys must be auto-generated.');
  }
  if (!key.startsWith('sk-')) {
    const masked = key.length > 8 ? `${key.slice(0, 4)}****${key.slice(-4)}` : '****';
    throw refuseInBraces(400, `Invalid key format. LiteLLM Virtual Key must start with 'sk-'. Received: ${masked}`);
  }
  if (key.length < KEY_LENGTH_MIN) {
    throw refuseInBraces(400, `Invalid key format. LiteLLM Virtual Key must be at least ${KEY_LENGTH_MIN} characters long.`);
  }
  return key;
}

async function insertSoftBudget(transaction: Database, fields: JsonObject, by: string): Promise<BudgetRow | undefined> {
  const { soft_budget: soft, model_max_budget: byModel } = fields;
  if (typeof soft !== 'number') return undefined;
  const row = { soft_budget: soft, model_max_budget: byModel ?? {}, created_by: by, updated_by: by };
  return tables.budgets.insert(transaction, row);
}

/** Members of the answer that are null unless the row, or the call, has them. Source: LiteLLM 1.106.2, GenerateKeyResponse. */
const UNSAID = words(`
  duration model_rpm_limit model_tpm_limit mcp_rpm_limit tag_rpm_limit guardrails policies prompts tags object_permission
  default_estimated_output_tokens default_estimated_output_tokens_per_model end_user_budget_id disable_global_guardrails
  enable_prompt_caching throttle_on_budget_exceeded enforced_params denied_passthrough_routes allowed_passthrough_routes
  allowed_vector_store_indexes rpm_limit_type tpm_limit_type litellm_budget_table
`);

/** Columns of the row that the answer leaves out. */
const UNSHOWN = words(`
  soft_budget_cooldown total_spend model_spend settings_updated_at last_active rotation_count auto_rotate rotation_interval
  last_rotation_at key_rotation_at budget_reset_at object_permission_id
`);

/** What can be said of routing for one key; null where nothing is. Source: LiteLLM 1.106.2, UpdateRouterConfig. */
const ROUTER_SETTINGS: JsonObject = {
  ...toNulls(`
    routing_strategy_args routing_strategy routing_groups retry_policy model_group_retry_policy model_group_affinity_config allowed_fails
    cooldown_time num_retries timeout max_retries retry_after fallbacks context_window_fallbacks enable_tag_filtering weights
    tag_routing_prefix optional_pre_call_checks
  `),
  model_group_alias: {},
};

/** The answer to whoever made a key: the key itself, which is shown only this once, and its row. */
export function toGenerated(row: VerificationTokenRow, key: string, fields: JsonObject): JsonObject {
  const shown = Object.fromEntries(Object.entries(row).filter(([name]) => !UNSHOWN.has(name)));
  const said = Object.fromEntries([...UNSAID].map((name) => [name, fields[name] ?? null]));
  const { router_settings: own } = row;
  const router_settings = { ...ROUTER_SETTINGS, ...(isObject(own) && own) };
  return { ...said, ...shown, router_settings, key, token: row.token, token_id: row.token } as JsonObject;
}

/** Members that are null, by name. */
function toNulls(names: string): JsonObject {
  return Object.fromEntries([...words(names)].map((name) => [name, null]));
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
