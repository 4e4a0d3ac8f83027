import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { TenantSettings } from '../../config/index.ts';
import { words } from '../../config/known-keys.ts';
import type { TeamRow } from '../../store/index.ts';
import { toBudgetReset } from '../durations.ts';
import { withMembersOf } from '../metadata.ts';
import { type Fields } from '../read-fields.ts';
import { refuseInBraces } from '../refusal.ts';
import { pythonNumber } from '../../text/index.ts';

/** Members that are kept in `metadata`. Source: LiteLLM 1.106.2, LiteLLM_ManagementEndpoint_MetadataFields. */
const METADATA_FIELDS: Fields = {
  tags: 'texts',
  guardrails: 'texts',
  policies: 'texts',
  prompts: 'texts',
  model_rpm_limit: 'object',
  model_tpm_limit: 'object',
  rpm_limit_type: 'text',
  tpm_limit_type: 'text',
  mcp_rpm_limit: 'object',
  disable_global_guardrails: 'flag',
  allowed_passthrough_routes: 'texts',
  denied_passthrough_routes: 'texts',
  allowed_vector_store_indexes: 'objects',
  team_member_key_duration: 'text',
};

/** The members of a team in a body. */
export const TEAM_FIELDS: Fields = {
  ...METADATA_FIELDS,
  team_alias: 'text',
  organization_id: 'text',
  metadata: 'object',
  tpm_limit: 'integer',
  rpm_limit: 'integer',
  tpd_limit: 'integer',
  max_budget: 'number',
  soft_budget: 'number',
  budget_duration: 'text',
  models: 'texts',
  blocked: 'flag',
  router_settings: 'object',
  access_group_ids: 'texts',
  default_team_member_models: 'texts',
  model_aliases: 'object',
  model_max_budget: 'object',
  team_member_permissions: 'texts',
  team_member_budget: 'number',
  team_member_budget_duration: 'text',
  team_member_rpm_limit: 'integer',
  team_member_tpm_limit: 'integer',
};

/** The members that a team's own admin may change: none that limits it. Admins of its organisation and of the proxy may change all. */
export const TEAM_ADMIN_FIELDS: ReadonlySet<string> = words('team_id team_alias tags');

const COLUMNS = words(`
  team_alias organization_id tpm_limit rpm_limit tpd_limit max_budget soft_budget models blocked router_settings access_group_ids
  default_team_member_models model_max_budget team_member_permissions
`);
const EMPTY: Readonly<Record<string, unknown>> = {
  models: [],
  blocked: false,
  router_settings: {},
  model_max_budget: {},
  access_group_ids: [],
  default_team_member_models: [],
  team_member_permissions: [],
};

const DEFAULTED = words('organization_id max_budget budget_duration tpm_limit rpm_limit team_member_permissions');

/** The members of a new team, with the configured defaults where none were sent. Source: LiteLLM 1.106.2, new_team. */
export function withTeamDefaults({ teamDefaults }: TenantSettings, fields: JsonObject): JsonObject {
  const filled = [...DEFAULTED].flatMap((name) => {
    const value = teamDefaults[name] ?? null;
    // A null duration is meant: a budget that is never reset.
    const unsaid = name === 'budget_duration' ? fields[name] === undefined : (fields[name] ?? null) === null;
    return unsaid && value !== null ? [[name, value] as const] : [];
  });
  return { ...fields, ...Object.fromEntries(filled) };
}

/** The columns of a team that were sent. */
export function toTeamColumns(fields: JsonObject, existing: JsonObject, nowMs: number): Partial<TeamRow> {
  for (const name of ['max_budget', 'soft_budget', 'team_member_budget'] as const) {
    const value = fields[name];
    if (typeof value === 'number' && value < 0)
      throw refuseInBraces(400, `${name} must be a non-negative finite number. Received: ${pythonNumber(value)}`);
  }
  const { soft_budget: soft, max_budget: max } = fields;
  if (typeof soft === 'number' && typeof max === 'number' && soft >= max) {
    throw refuseInBraces(400, `soft_budget (${pythonNumber(soft)}) must be strictly lower than max_budget (${pythonNumber(max)})`);
  }
  const sent = [...COLUMNS].flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name] ?? EMPTY[name] ?? null] as const]));
  return { ...Object.fromEntries(sent), ...toBudgetReset(fields['budget_duration'], nowMs), metadata: toMetadata(fields, existing) };
}

function toMetadata(fields: JsonObject, existing: JsonObject): JsonObject {
  const { metadata } = fields;
  const names = Object.keys(METADATA_FIELDS);
  const { team_member_budget_id: _sent, ...merged } = withMembersOf(names, fields, isObject(metadata) ? metadata : existing);
  // The id of the members' shared budget is kept, whatever is sent.
  const own = existing['team_member_budget_id'];
  return own === undefined ? merged : { ...merged, team_member_budget_id: own };
}
