import { words } from '../../config/known-keys.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { tables, type TeamRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail, refuseInvalid } from '../refusal.ts';
import { OWN_TEAM_RELATIONS } from '../relations.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { reachTeam } from './team-access.ts';

/** The permissions that a team can give its members. Source: LiteLLM 1.106.2, get_all_available_team_member_permissions. */
const PERMISSIONS = words(`
  /key/generate /key/update /key/delete /key/info /key/regenerate /key/service-account/generate /key/{key_id}/regenerate /key/list
  /key/block /key/unblock /key/bulk_update /team/key/bulk_update /team/daily/activity /team/daily/activity/aggregated
  /team/daily/activity/aggregated/keys /team/daily/activity/aggregated/search /team/daily/activity/aggregated/model_top_keys
  /team/daily/activity/export /spend/logs /spend/logs/v2 /key/{key_id}/reset_spend /key/aliases /key/access_group_assignment
  /auto_router/manage
`);

/** Permissions that every member has, whether or not the team lists them. */
const EVERYBODYS = words('/key/info /key/health');

/** GET /team/permissions_list */
export async function showPermissions(parts: StoredParts, { caller, query, path }: ManagedCall): Promise<unknown> {
  const teamId = readText(query, 'team_id') ?? '';
  const { team_member_permissions: permissions } = await reachTeam(parts, caller, teamId, path, 'see');
  return {
    team_id: teamId,
    team_member_permissions: permissions ?? [...EVERYBODYS],
    all_available_permissions: [...PERMISSIONS],
  };
}

/** POST /team/permissions_update: replaces a team's permissions. */
export async function updatePermissions(parts: StoredParts, { caller, body, path }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { team_id: 'text!', team_member_permissions: 'texts!' });
  const permissions = readPermissions(fields['team_member_permissions'], 'team_member_permissions');
  const { team_id: teamId } = await reachTeam(parts, caller, String(fields['team_id']), path);
  const [row] = await ask(parts, (database) =>
    tables.teams.update(database, { team_id: teamId }, { team_member_permissions: permissions }),
  );
  await announceChange(parts.store, { kind: 'team', id: teamId });
  return { ...OWN_TEAM_RELATIONS, ...row };
}

/** POST /team/permissions_bulk_update: adds permissions to several teams, or to all. */
export async function addPermissions(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { permissions: 'texts!', team_ids: 'texts', apply_to_all_teams: 'flag' });
  const added = readPermissions(fields['permissions'], 'permissions');
  if (added.length === 0) return { message: 'No permissions provided', teams_updated: 0, permissions_appended: null };
  const named = Array.isArray(fields['team_ids']) ? fields['team_ids'].map(String) : [];
  const all = fields['apply_to_all_teams'] === true;
  if (!all && named.length === 0) throw refuseInDetail(400, { error: 'Must provide team_ids or set apply_to_all_teams=true' });
  if (all && named.length > 0) throw refuseInDetail(400, { error: 'Cannot set both apply_to_all_teams=true and team_ids' });
  const changed = await change(parts, async (transaction) => {
    const where = all ? {} : { team_id: { in: named } };
    const teams = await tables.teams.list(transaction, where, { sortBy: 'team_id', limit: ROWS_MAX });
    const missing = named.filter((id) => !teams.some((team) => team.team_id === id)).toSorted();
    if (missing.length > 0) throw refuseInDetail(404, { error: `Team(s) not found: ${missing.join(', ')}` });
    const lacking = teams.filter((team) => !added.every((name) => permissionsOf(team).includes(name)));
    for (const team of lacking) {
      const merged = [...new Set([...permissionsOf(team), ...added])].toSorted();
      await tables.teams.update(transaction, { team_id: team.team_id }, { team_member_permissions: merged });
    }
    return lacking;
  });
  for (const { team_id: id } of changed) await announceChange(parts.store, { kind: 'team', id });
  return { message: 'Team permissions updated successfully', teams_updated: changed.length, permissions_appended: added };
}

function permissionsOf({ team_member_permissions: permissions }: TeamRow): readonly string[] {
  return permissions ?? [];
}

/** The permissions that were sent. Throws a Refusal for unknown ones. */
export function readPermissions(value: unknown, name: string): string[] {
  const named = Array.isArray(value) ? value.map(String) : [];
  const at = named.findIndex((permission) => !PERMISSIONS.has(permission) && !EVERYBODYS.has(permission));
  if (at >= 0) {
    const msg = `Input should be one of ${[...PERMISSIONS, ...EVERYBODYS].map((permission) => `'${permission}'`).join(', ')}`;
    throw refuseInvalid([{ type: 'enum', loc: ['body', name, at], msg }]);
  }
  return named;
}
