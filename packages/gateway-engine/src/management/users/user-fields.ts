import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { words } from '../../config/known-keys.ts';
import type { UserRow } from '../../store/index.ts';
import { toBudgetReset } from '../durations.ts';
import { type Fields } from '../read-fields.ts';
import { refuseInBraces, refuseInvalid } from '../refusal.ts';
import { pythonNumber } from '../../text/index.ts';

/** The members of a user in a body. There is no password, because signing in with one is not built. */
export const USER_FIELDS: Fields = {
  user_alias: 'text',
  user_email: 'text',
  user_role: 'text',
  sso_user_id: 'text',
  max_budget: 'number',
  budget_duration: 'text',
  spend: 'number',
  models: 'texts',
  metadata: 'object',
  max_parallel_requests: 'integer',
  tpm_limit: 'integer',
  rpm_limit: 'integer',
  allowed_cache_controls: 'texts',
  model_max_budget: 'object',
  guardrails: 'texts',
  policies: 'texts',
  tags: 'texts',
  organization_id: 'text',
};

const COLUMNS = words(`
  user_alias user_email user_role sso_user_id max_budget spend models max_parallel_requests tpm_limit rpm_limit allowed_cache_controls
  model_max_budget organization_id
`);
const EMPTY: Readonly<Record<string, unknown>> = { models: [], allowed_cache_controls: [], model_max_budget: {}, spend: 0 };
const ROLES = ['proxy_admin', 'proxy_admin_viewer', 'internal_user', 'internal_user_viewer'] as const;

/** The columns of a user that were sent. */
export function toUserColumns(fields: JsonObject, existing: JsonObject, nowMs: number): Partial<UserRow> {
  const { user_role: role, max_budget: max, metadata } = fields;
  if (role !== undefined && role !== null && !ROLES.some((known) => known === role)) {
    const msg = "Input should be 'proxy_admin', 'proxy_admin_viewer', 'internal_user' or 'internal_user_viewer'";
    throw refuseInvalid([{ type: 'literal_error', loc: ['body', 'user_role'], msg }]);
  }
  if (typeof max === 'number' && max < 0)
    throw refuseInBraces(400, `max_budget must be a non-negative finite number. Received: ${pythonNumber(max)}`);
  const sent = [...COLUMNS].flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name] ?? EMPTY[name] ?? null] as const]));
  const extra = ['guardrails', 'policies', 'tags'].flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]] as const]));
  return {
    ...Object.fromEntries(sent),
    ...toBudgetReset(fields['budget_duration'], nowMs),
    metadata: { ...(isObject(metadata) ? metadata : existing), ...Object.fromEntries(extra) } as JsonObject,
  };
}

/** What a directory says of a user in his metadata, and only a directory reads. Source: LiteLLM 1.106.2, _SCIM_DIRECTORY_METADATA_KEYS. */
const OF_DIRECTORY = words('scim_enterprise scim_entitlements scim_roles');

/** A user's row as it is shown: without the password, and without what is a directory's. */
export function shownUser(row: UserRow): Omit<UserRow, 'password'> {
  const { password: _secret, metadata, ...shown } = row;
  if (!isObject(metadata)) return { ...shown, metadata };
  return { ...shown, metadata: Object.fromEntries(Object.entries(metadata).filter(([name]) => !OF_DIRECTORY.has(name))) };
}
