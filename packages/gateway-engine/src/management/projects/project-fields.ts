import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { ProjectRow, TeamRow } from '../../store/index.ts';
import { BUDGET_FIELDS } from '../budget-fields.ts';
import { withMembersOf } from '../metadata.ts';
import { type Fields } from '../read-fields.ts';
import { refuseInBraces } from '../refusal.ts';

/** Members that are kept in `metadata` even when they are sent beside it. Source: LiteLLM 1.106.2, NewProjectRequest. */
const METADATA_FIELDS: Fields = {
  model_rpm_limit: 'object',
  model_tpm_limit: 'object',
  model_itpm_limit: 'object',
  model_otpm_limit: 'object',
  tags: 'texts',
  guardrails: 'texts',
  policies: 'texts',
};

/** The members of a project in a body; its limits are those of a budget. */
export const PROJECT_FIELDS: Fields = {
  ...BUDGET_FIELDS,
  ...METADATA_FIELDS,
  project_alias: 'text',
  description: 'text',
  metadata: 'object',
  models: 'texts',
  blocked: 'flag',
};

/** The columns of a project that were sent. */
export function toProjectColumns(fields: JsonObject, existing: JsonObject): Partial<ProjectRow> {
  const { metadata, models, blocked } = fields;
  const texts = (['project_alias', 'description'] as const).flatMap((name) =>
    fields[name] === undefined ? [] : [[name, fields[name]] as const],
  );
  return {
    ...Object.fromEntries(texts),
    ...(models !== undefined && { models: Array.isArray(models) ? models.map(String) : [] }),
    ...(blocked !== undefined && { blocked: blocked === true }),
    metadata: withMembersOf(Object.keys(METADATA_FIELDS), fields, isObject(metadata) ? metadata : existing),
  };
}

/** Refuses a project with more than its team has. Source: LiteLLM 1.106.2, _check_team_project_limits. */
export function checkTeamLimits(fields: JsonObject, team: TeamRow): void {
  const { max_budget: max, soft_budget: soft, models } = fields;
  if (typeof soft === 'number' && typeof max === 'number' && soft >= max) {
    throw refuseInBraces(400, `soft_budget (${soft}) must be strictly lower than max_budget (${max})`);
  }
  const allowed = team.models ?? [];
  const other = (Array.isArray(models) ? models.map(String) : []).find((model) => !allowed.includes(model));
  if (other !== undefined && allowed.length > 0 && !allowed.includes('all-proxy-models')) {
    const list = JSON.stringify(allowed);
    throw refuseInBraces(400, `Model '${other}' not in team's allowed models. Team allowed models=${list}. Team: ${team.team_id}`);
  }
  for (const name of ['max_budget', 'tpm_limit', 'rpm_limit'] as const) {
    const [wanted, limit] = [fields[name], team[name]];
    if (typeof wanted === 'number' && limit !== null && wanted > limit) {
      throw refuseInBraces(400, `Project ${name} (${wanted}) exceeds team's ${name} (${limit}). Team: ${team.team_id}`);
    }
  }
}
