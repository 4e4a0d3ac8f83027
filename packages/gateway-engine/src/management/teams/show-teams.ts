import { isObject } from '@stagegate/core-transforms';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { tables, type BudgetRow, type Database, type TeamRow, type Where } from '../../store/index.ts';
import { managesTeam, mayViewAll, membersOf } from '../callers.ts';
import { modelUsage } from '../model-usage.ts';
import { ask, type ManagementParts, type StoredParts } from '../parts.ts';
import { countPages, readPage, readText } from '../read-query.ts';
import { Refusal, refuseInDetail } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { withBudgets } from '../with-budgets.ts';
import { relatedKey } from '../keys/key-fields.ts';
import { findResources } from './group-resources.ts';
import { editAccess, seeTeam } from './team-access.ts';
import { isMember } from './teams.ts';
import { withAliases } from './with-aliases.ts';

/** GET /team/info */
export async function showTeam(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const teamId = readText(query, 'team_id');
  if (teamId === undefined) {
    const message = "{'message': 'Malformed request. No team id passed in.'}";
    throw new Refusal(422, message, { error: { message, type: 'auth_error', param: 'None', code: '422' } });
  }
  const team = await seeTeam(parts, caller, teamId);
  return ask(parts, async (database) => {
    const keys = await tables.keys.list(database, { team_id: teamId }, { sortBy: 'created_at', limit: ROWS_MAX });
    const memberships = await tables.teamMemberships.list(database, { team_id: teamId }, { sortBy: 'user_id', limit: ROWS_MAX });
    const relations = await withRelations(database, team);
    const usualBudget = relations.team_member_budget_table?.budget_id;
    const own = keys.filter(({ user_id: id }) => isMemberAdmin(caller, team) || id === caller.userId);
    return {
      team_id: teamId,
      team_info: {
        ...relations,
        members_with_roles: await withUserAliases(database, team),
        organization_models: managesTeam(caller, team) ? await modelsOfOrganization(database, team) : null,
        caller_edit_access: editAccess(caller, team),
        model_max_budget_usage: modelUsage(parts, 'team', teamId, team.model_max_budget) ?? {},
      },
      keys: own.map(relatedKey),
      team_memberships: (await withBudgets(database, memberships)).map((row) => ({
        ...row,
        budget_source: sourceOf(row.budget_id, usualBudget),
      })),
    };
  });
}

/** Whose budget a member has: his own, the one that every member has, or none. */
function sourceOf(budgetId: string | null, usual: string | undefined): 'custom' | 'team_default' | 'none' {
  if (budgetId !== null && budgetId !== usual) return 'custom';
  return usual === undefined ? 'none' : 'team_default';
}

/** Whether a caller sees all keys of a team; other members see their own. */
function isMemberAdmin(caller: Caller, team: TeamRow): boolean {
  return mayViewAll(caller) || (isMember(caller, team) && caller.userId !== undefined && adminIds(team).includes(caller.userId));
}

function adminIds({ members_with_roles: members }: TeamRow): readonly string[] {
  if (!Array.isArray(members)) return [];
  return members.filter(isObject).flatMap(({ user_id: id, role }) => (role === 'admin' && typeof id === 'string' ? [id] : []));
}

/** A team's row with those that it names. */
interface RelatedTeam {
  readonly team_member_budget_table: BudgetRow | null;
  readonly [column: string]: unknown;
}

async function withRelations(database: Database, team: TeamRow): Promise<RelatedTeam> {
  const { object_permission_id: permissionId, metadata } = team;
  const budgetId = isObject(metadata) ? metadata['team_member_budget_id'] : undefined;
  return {
    ...(await withAliases(database, [team]))[0],
    ...(await findResources(database, [team]))(team),
    object_permission:
      permissionId === null ? null : ((await tables.objectPermissions.find(database, { object_permission_id: permissionId })) ?? null),
    team_member_budget_table:
      typeof budgetId === 'string' ? ((await tables.budgets.find(database, { budget_id: budgetId })) ?? null) : null,
  };
}

/** A team's members with the aliases that their rows say. */
async function withUserAliases(database: Database, team: TeamRow): Promise<readonly object[]> {
  const members = membersOf(team);
  const ids = members.map(({ user_id: id }) => id).filter((id) => id !== null);
  const users = await tables.users.list(database, { user_id: { in: ids } }, { sortBy: 'user_id', limit: ROWS_MAX });
  const aliases = new Map(users.map(({ user_id: id, user_alias: alias }) => [id, alias]));
  return members.map((member) => ({ ...member, user_alias: aliases.get(member.user_id ?? '') ?? null }));
}

async function modelsOfOrganization(database: Database, { organization_id: id }: TeamRow): Promise<readonly string[] | null> {
  if (id === null) return null;
  return (await tables.organizations.find(database, { organization_id: id }))?.models ?? null;
}

/** GET /team/list: every team that the caller may see, with its keys and members. */
export async function listTeams(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const userId = readText(query, 'user_id');
  if (!mayViewAll(caller) && userId !== undefined && userId !== caller.userId) {
    throw refuseInDetail(401, { error: `Only admin users can query all teams/other teams. Your user role=${caller.role ?? 'None'}` });
  }
  const where = { organization_id: readText(query, 'organization_id') };
  return ask(parts, async (database) => {
    const teams = (await tables.teams.list(database, where, { sortBy: 'created_at', limit: ROWS_MAX })).filter((team) =>
      isSeen(caller, team, userId),
    );
    return withKeysAndMembers(database, caller, teams);
  });
}

/** Teams with those of their keys that the caller may see, and their members, or the one that is named. */
export async function withKeysAndMembers(
  database: Database,
  caller: Caller,
  teams: readonly TeamRow[],
  userId?: string,
): Promise<readonly object[]> {
  const ids = teams.map(({ team_id: id }) => id);
  const keys = await tables.keys.list(database, { team_id: { in: ids } }, { sortBy: 'token', limit: ROWS_MAX });
  const where = { team_id: { in: ids }, user_id: userId };
  const memberships = await withBudgets(
    database,
    await tables.teamMemberships.list(database, where, { sortBy: 'user_id', limit: ROWS_MAX }),
  );
  return (await withAliases(database, teams)).map((team) => ({
    ...team,
    keys: keys
      .filter((key) => key.team_id === team.team_id && (isMemberAdmin(caller, team) || key.user_id === caller.userId))
      .map(relatedKey),
    team_memberships: memberships.filter(({ team_id: id }) => id === team.team_id),
  }));
}

function isSeen(caller: Caller, team: TeamRow, userId: string | undefined): boolean {
  const ofUser =
    userId === undefined ||
    (Array.isArray(team.members_with_roles) && team.members_with_roles.some((member) => isObject(member) && member['user_id'] === userId));
  return ofUser && (mayViewAll(caller) || isMember(caller, team));
}

/** The columns that the list may be sorted by. */
const SORTS = ['team_id', 'team_alias', 'created_at', 'spend', 'max_budget'] as const;

/** GET /v2/team/list: by page. */
export async function listTeamsByPage(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const { page, size } = readPage(query, { size: 'page_size', sizeDefault: 10, sizeMax: 100 });
  const sortBy = SORTS.find((name) => name === (readText(query, 'sort_by') ?? 'created_at'));
  if (sortBy === undefined) throw refuseInDetail(400, { error: `Invalid sort column. Must be one of: ${SORTS.join(', ')}` });
  const descending = readText(query, 'sort_order') !== 'asc';
  const alias = readText(query, 'team_alias');
  const asked: Where<TeamRow> = {
    organization_id: readText(query, 'organization_id'),
    ...(alias !== undefined && { team_alias: { like: alias } }),
  };
  const userId = readText(query, 'user_id');
  return ask(parts, async (database) => {
    const of = mayViewAll(caller) ? userId : (caller.userId ?? '');
    if (!mayViewAll(caller) && userId !== undefined && userId !== caller.userId)
      throw refuseInDetail(401, { error: "Only admin users can query other users' teams" });
    const user = of === undefined ? undefined : await tables.users.find(database, { user_id: of });
    const teamId = readText(query, 'team_id');
    const mine = of === undefined ? undefined : (user?.teams ?? []).filter((id) => teamId === undefined || id === teamId);
    const where: Where<TeamRow> = { ...asked, team_id: mine === undefined ? teamId : { in: mine } };
    const listed = await tables.teams.list(database, where, { sortBy, descending, offset: (page - 1) * size, limit: size });
    const ids = listed.map(({ team_id: id }) => id);
    const keys = await tables.keys.list(database, { team_id: { in: ids } }, { sortBy: 'token', limit: ROWS_MAX });
    const resourcesOf = await findResources(database, listed);
    const groupsOf = (team: TeamRow): object => {
      const { access_group_details: _details, ...groups } = resourcesOf(team);
      return groups;
    };
    const teams = (await withAliases(database, listed)).map((team) => ({
      ...team,
      ...groupsOf(team),
      members_count: Array.isArray(team.members_with_roles) ? team.members_with_roles.length : 0,
      keys_count: keys.filter(({ team_id: id }) => id === team.team_id).length,
    }));
    const total = await tables.teams.count(database, where);
    return { teams, total, page, page_size: size, total_pages: countPages(total, size) };
  });
}

/** GET /team/filter/ui: teams by part of their id or alias. */
export async function filterTeams(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const { page, size } = readPage(query, { size: 'page_size', sizeDefault: 50, sizeMax: 100 });
  const [id, alias] = [readText(query, 'team_id'), readText(query, 'team_alias')];
  const where: Where<TeamRow> = {
    ...(id !== undefined && { team_id: { like: id } }),
    ...(alias !== undefined && { team_alias: { like: alias } }),
  };
  return ask(parts, (database) =>
    tables.teams.list(database, where, { sortBy: 'created_at', descending: true, offset: (page - 1) * size, limit: size }),
  );
}

/** GET /team/metadata_schema: the fields that forms offer for a team's metadata. */
export async function showMetadataFields({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return { fields: config.tenants.teamMetadata };
}

/** GET /team/available: always empty, because teams that anybody may join are not built. */
export async function listAvailableTeams(): Promise<unknown> {
  return [];
}
