import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { Caller } from '../../ports/index.ts';
import { tables, type TeamRow, type VerificationTokenRow } from '../../store/index.ts';
import { managesTeam, teamRoleOf } from '../callers.ts';
import { ask, type StoredParts } from '../parts.ts';
import { refuse, refuseInBraces } from '../refusal.ts';

const ALIAS_LENGTH_MAX = 255;
const ALIAS_UNSAFE = /[\u0000-\u001f\u007f]|\.\.|^\//u;

/** Refuses an alias that another key has, that could be a path, or that the configured pattern does not match. `own`: the key it is for. */
export async function checkAlias(
  parts: StoredParts,
  alias: unknown,
  own?: Pick<VerificationTokenRow, 'token' | 'key_alias'>,
): Promise<void> {
  if (typeof alias !== 'string') return;
  if (ALIAS_UNSAFE.test(alias)) throw refuse(400, 'Invalid key_alias', 'bad_request_error', 'key_alias');
  const { aliasPattern: pattern } = parts.config.tenants;
  const isOld = own !== undefined && own.key_alias === alias;
  if (pattern !== undefined && !isOld && (alias.length > ALIAS_LENGTH_MAX || !new RegExp(`^(?:${pattern})$`, 'u').test(alias))) {
    const message = `Invalid key_alias format. Must be at most ${ALIAS_LENGTH_MAX} characters and match the configured key_alias_pattern: ${pattern}`;
    throw refuse(400, message, 'bad_request_error', 'key_alias');
  }
  const other = await ask(parts, (database) =>
    tables.keys.find(database, { key_alias: alias, ...(own !== undefined && { token: { not: own.token } }) }),
  );
  if (other === undefined) return;
  const message = `Key with alias '${alias}' already exists. Unique key aliases across all keys are required.`;
  throw refuse(400, message, 'bad_request_error', 'key_alias');
}

/** Refuses a key for a team that its maker cannot make keys for. Source: LiteLLM 1.106.2, key_generation_check. */
export function checkTeamMember(caller: Caller, team: TeamRow, route: string, assigned: string | null | undefined): void {
  if (managesTeam(caller, team)) return;
  const role = teamRoleOf(caller, team);
  if (role === undefined) throw refuse(400, `User=${caller.userId ?? 'None'} not assigned to team=${team.team_id}`);
  if (assigned !== undefined && assigned !== null && assigned !== caller.userId) {
    throw refuse(403, `User can only create keys for themselves. Got user_id=${assigned}, Your ID=${caller.userId ?? 'None'}`);
  }
  checkPermission(team, route);
}

/** Refuses what a team does not permit its members to do with its keys. */
export function checkPermission(team: TeamRow, route: string): void {
  if (team.team_member_permissions?.includes(route) === true) return;
  const message = `Team member does not have permissions for endpoint: ${route}. You only have access to the following endpoints: ${JSON.stringify(team.team_member_permissions ?? [])}`;
  throw refuse(401, message, 'team_member_permission_error', route);
}

/** Refuses organisations, projects and budgets that do not exist. */
export async function checkOwners(parts: StoredParts, fields: JsonObject): Promise<void> {
  const { organization_id: organization, project_id: project, budget_id: budget, metadata } = fields;
  const ofEndUsers = fields['end_user_budget_id'] ?? (isObject(metadata) ? metadata['end_user_budget_id'] : undefined);
  await ask(parts, async (database) => {
    if (typeof organization === 'string' && (await tables.organizations.find(database, { organization_id: organization })) === undefined) {
      throw refuse(400, `Organization not found for organization_id=${organization}`);
    }
    if (typeof project === 'string' && (await tables.projects.find(database, { project_id: project })) === undefined) {
      throw refuseInBraces(404, `Project not found, passed project_id=${project}`);
    }
    if (typeof budget === 'string' && (await tables.budgets.find(database, { budget_id: budget })) === undefined) {
      throw refuseInBraces(400, `Budget not found, passed budget_id=${budget}`);
    }
    const named = typeof ofEndUsers === 'string' && ofEndUsers !== '' ? ofEndUsers : undefined;
    if (named !== undefined && (await tables.budgets.find(database, { budget_id: named })) === undefined) {
      throw refuseInBraces(400, `end_user_budget_id=${named} does not match any budget.`);
    }
  });
}
