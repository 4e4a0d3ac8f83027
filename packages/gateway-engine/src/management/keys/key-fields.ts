import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { NewKeyRow, VerificationTokenRow } from '../../store/index.ts';
import { words } from '../../config/known-keys.ts';
import { durationMs, resetTimeMs } from '../../tenants/index.ts';
import { readDuration } from '../durations.ts';
import { withMembersOf } from '../metadata.ts';
import { type Fields } from '../read-fields.ts';
import { KEY_RELATIONS } from '../relations.ts';
import { refuseInBraces, refuseInvalid } from '../refusal.ts';
import { pythonNumber } from '../../text/index.ts';

/** Members that are kept in `metadata` even when they are sent beside it. Source: LiteLLM 1.106.2, LiteLLM_ManagementEndpoint_MetadataFields. */
const METADATA_FIELDS: Fields = {
  model_rpm_limit: 'object',
  model_tpm_limit: 'object',
  default_estimated_output_tokens: 'integer',
  default_estimated_output_tokens_per_model: 'object',
  mcp_rpm_limit: 'object',
  tag_rpm_limit: 'object',
  rpm_limit_type: 'text',
  tpm_limit_type: 'text',
  enforced_params: 'texts',
  allowed_vector_store_indexes: 'objects',
  throttle_on_budget_exceeded: 'flag',
  enable_prompt_caching: 'flag',
  end_user_budget_id: 'text',
  disable_global_guardrails: 'flag',
  guardrails: 'texts',
  policies: 'texts',
  tags: 'texts',
  prompts: 'texts',
  allowed_passthrough_routes: 'texts',
  denied_passthrough_routes: 'texts',
};

/** The members of a body that makes a key. */
export const KEY_FIELDS: Fields = {
  ...METADATA_FIELDS,
  key_alias: 'text',
  duration: 'text',
  models: 'texts',
  spend: 'number',
  max_budget: 'number',
  user_id: 'text',
  team_id: 'text',
  agent_id: 'text',
  max_parallel_requests: 'integer',
  metadata: 'object',
  tpm_limit: 'integer',
  rpm_limit: 'integer',
  tpd_limit: 'integer',
  budget_duration: 'text',
  budget_limits: 'objects',
  allowed_cache_controls: 'texts',
  config: 'object',
  permissions: 'object',
  model_max_budget: 'object',
  budget_fallbacks: 'object',
  blocked: 'flag',
  aliases: 'object',
  key: 'text',
  budget_id: 'text',
  allowed_routes: 'texts',
  router_settings: 'object',
  access_group_ids: 'texts',
  soft_budget: 'number',
  key_type: 'text',
  auto_rotate: 'flag',
  rotation_interval: 'text',
  organization_id: 'text',
  project_id: 'text',
};

/** The members of a body that changes a key: those of a new one, and a temporary increase of its budget. */
export const KEY_UPDATE_FIELDS: Fields = { ...KEY_FIELDS, temp_budget_increase: 'number', temp_budget_expiry: 'text' };

/** The members that a caller who is no admin may set on a key that he makes. All others would grant something that is not his to grant. */
export const OWNER_FIELDS: ReadonlySet<string> = words(`
  key key_alias key_type duration models aliases max_budget budget_duration budget_limits blocked tpm_limit rpm_limit tpd_limit
  max_parallel_requests model_max_budget model_rpm_limit model_tpm_limit user_id team_id organization_id project_id metadata tags
  guardrails enforced_params soft_budget allowed_routes permissions access_group_ids allowed_cache_controls rpm_limit_type tpm_limit_type
`);

/** Those of them that an owner may change on an existing key: none that limits it. */
export const OWNER_UPDATE_FIELDS: ReadonlySet<string> = words('key key_alias models aliases duration metadata tags');

/** Members of metadata that limit a key or name its owner. */
const GUARDED_METADATA = words(`
  ${Object.keys(METADATA_FIELDS)
    .filter((name) => name !== 'tags')
    .join(' ')}
  model_itpm_limit model_otpm_limit temp_budget_increase temp_budget_expiry service_account_id allowed_tools
`);

const LISTS = words('models allowed_cache_controls allowed_routes access_group_ids');
const OBJECTS = words('config permissions model_max_budget budget_fallbacks aliases router_settings');

/** Members that are written unchanged to columns of the same name. */
const COLUMNS = words(`
  key_alias spend max_budget user_id team_id agent_id max_parallel_requests tpm_limit rpm_limit tpd_limit blocked budget_id key_type
  organization_id project_id ${[...LISTS].join(' ')} ${[...OBJECTS].join(' ')}
`);

const ROUTES_OF_TYPE: Readonly<Record<string, readonly string[] | undefined>> = {
  llm_api: ['llm_api_routes'],
  management: ['management_routes'],
  read_only: ['info_routes'],
  default: undefined,
};

/** The columns that were sent, except `metadata`; null empties a column. */
export function toColumns(fields: JsonObject, nowMs: number): Partial<NewKeyRow> {
  const columns: Record<string, unknown> = {};
  for (const name of COLUMNS) {
    const value = fields[name];
    if (value === undefined) continue;
    columns[name] = value ?? emptyValue(name);
  }
  const routes = routesOfType(fields['key_type']);
  if (routes !== undefined) columns['allowed_routes'] = routes;
  if (fields['budget_limits'] !== undefined) columns['budget_limits'] = toWindows(fields['budget_limits'], nowMs);
  return columns;
}

/** The value of an empty column. */
function emptyValue(name: string): JsonValue {
  if (LISTS.has(name)) return [];
  if (OBJECTS.has(name)) return {};
  return name === 'spend' ? 0 : null;
}

/** A key's new metadata: what was sent, or else what it has, and the members that are kept there although they were sent beside it. */
export function toMetadata(fields: JsonObject, existing: JsonObject): JsonObject {
  const sent = fields['metadata'];
  const names = [...Object.keys(METADATA_FIELDS), 'temp_budget_increase', 'temp_budget_expiry'];
  const merged = withMembersOf(names, fields, isObject(sent) ? sent : existing);
  // A service account's key stays one, whatever is sent.
  const account = existing['service_account_id'];
  return account === undefined ? merged : { ...merged, service_account_id: account };
}

/** The first guarded member of metadata that would change; undefined: none would. */
export function findGuardedChange(existing: JsonObject, next: JsonObject): string | undefined {
  const names = new Set([...Object.keys(existing), ...Object.keys(next)].filter((name) => GUARDED_METADATA.has(name)));
  return [...names].find((name) => JSON.stringify(existing[name]) !== JSON.stringify(next[name]));
}

/** Refuses budgets below zero. */
export function checkAmounts(fields: JsonObject): void {
  for (const name of ['max_budget', 'soft_budget'] as const) {
    const value = fields[name];
    if (typeof value === 'number' && value < 0) {
      throw refuseInBraces(400, `${name} must be a non-negative finite number. Received: ${pythonNumber(value)}`);
    }
  }
}

/** A key's row as it is shown by itself: without its hash. */
export function shownKey(row: VerificationTokenRow): Omit<VerificationTokenRow, 'token'> {
  const { token: _hash, ...shown } = relatedKey(row);
  return shown;
}

/** A key's row as it is shown among others. */
export function relatedKey<Row extends VerificationTokenRow>(row: Row): typeof KEY_RELATIONS & Row {
  return { ...KEY_RELATIONS, ...row };
}

function routesOfType(type: JsonValue | undefined): readonly string[] | undefined {
  if (typeof type !== 'string') return undefined;
  if (Object.hasOwn(ROUTES_OF_TYPE, type)) return ROUTES_OF_TYPE[type];
  const msg = "Input should be 'llm_api', 'management', 'read_only' or 'default'";
  throw refuseInvalid([{ type: 'enum', loc: ['body', 'key_type'], msg }]);
}

function toWindows(value: JsonValue, nowMs: number): JsonValue {
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.filter(isObject).map((window) => {
    const duration = readDuration(window['budget_duration'] ?? null, 'budget_duration');
    return { ...window, reset_at: new Date(resetTimeMs(duration, nowMs)).toISOString() };
  });
}

/** A key's budget windows, each restarted now, so that earlier spend no longer counts; undefined: it has none. */
export function restartWindows(windows: JsonValue, nowMs: number): JsonValue | undefined {
  if (!Array.isArray(windows) || windows.length === 0) return undefined;
  return windows.filter(isObject).map((window) => {
    const endMs = nowMs + durationMs(readDuration(window['budget_duration'] ?? null, 'budget_duration'), nowMs);
    return { ...window, reset_at: new Date(endMs).toISOString() };
  });
}
