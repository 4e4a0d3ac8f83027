import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { tables, type Database, type TeamRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { findTeam, isAdmin, managesOrganizationOf, managesTeam, nameOf, teamRoleOf } from '../callers.ts';
import { toBudgetReset } from '../durations.ts';
import { mergePatch } from '../metadata.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuse, refuseInBraces, refuseInDetail } from '../refusal.ts';
import { TEAM_RELATIONS } from '../relations.ts';
import { refuseUnbuilt } from '../unbuilt.ts';
import { addMembers, readMembers } from './members.ts';
import { removeTeams } from './remove-teams.ts';
import { reachTeam } from './team-access.ts';
import { TEAM_ADMIN_FIELDS, TEAM_FIELDS, toTeamColumns, withTeamDefaults } from './team-fields.ts';
import { checkTeamOrganization } from './team-organization.ts';
import { withAliases } from './with-aliases.ts';

/** POST /team/new. Source of messages and of their order: LiteLLM 1.106.2, new_team. */
export async function newTeam(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  refuseUnbuilt(body);
  const {
    team_id: id,
    members_with_roles: listed,
    ...sent
  } = readFields(body, { ...TEAM_FIELDS, team_id: 'text', members_with_roles: 'objects' });
  const fields = withTeamDefaults(parts.config.tenants, sent);
  const organization = fields['organization_id'];
  const administers = typeof organization === 'string' && caller.adminOf.includes(organization);
  if (!isAdmin(caller) && !administers) {
    throw refuse(403, 'Only proxy admins, and admins of the organization that a team is for, can make teams.', 'auth_error');
  }
  const members = listed === undefined || listed === null ? [] : readMembers(listed, ['body', 'members_with_roles']);
  const columns = toTeamColumns(fields, {}, parts.clock.nowMs());
  const teamId = typeof id === 'string' ? id : randomUUID();
  if (teamId === 'litellm-dashboard') throw refuseInBraces(400, `team_id '${teamId}' is reserved. Please use a different team id.`);
  if ((await findTeam(parts, teamId)) !== undefined)
    throw refuseInBraces(400, `Team id = ${teamId} already exists. Please use a different team id.`);
  await checkTeamOrganization(parts, fields, undefined, isAdmin(caller));
  const made = await change(parts, async (transaction) => {
    const budgetId = await insertMemberBudget(parts, transaction, caller, fields);
    const metadata = { ...(columns.metadata as JsonObject), ...(budgetId !== undefined && { team_member_budget_id: budgetId }) };
    const modelId = await writeAliases(transaction, caller, fields, null);
    const base = { admins: [], members: [], models: [], members_with_roles: [], ...columns, metadata, team_id: teamId };
    const row = await tables.teams.insert(transaction, { ...base, ...(modelId !== undefined && { model_id: modelId }) });
    // A caller who is no admin of the proxy becomes the admin of the team that he makes.
    const own = !isAdmin(caller) && caller.userId !== undefined && !members.some(({ user_id: user }) => user === caller.userId);
    const all = own ? [...members, { user_id: caller.userId ?? null, user_email: null, role: 'admin' }] : members;
    const team = all.length === 0 ? row : (await addMembers(transaction, { parts, caller }, teamId, all, budgetId ?? null)).team;
    return (await withAliases(transaction, [team]))[0];
  });
  await announceChange(parts.store, { kind: 'team', id: teamId });
  return made;
}

/** POST /team/update */
export async function updateTeam(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { team_id: id, ...fields } = readFields(body, { ...TEAM_FIELDS, team_id: 'text!' });
  const row = await changeTeam(parts, caller, body, String(id), () => fields);
  return { team_id: row.team_id, data: { ...TEAM_RELATIONS, ...row } };
}

/** PATCH /team/{team_id}: as /team/update, but metadata is merged into what there is (RFC 7386). */
export async function patchTeam(parts: StoredParts, { caller, body, places }: ManagedCall): Promise<unknown> {
  const { team_id: named, ...fields } = readFields(body, { ...TEAM_FIELDS, team_id: 'text' });
  const id = places['team_id'] ?? '';
  if (typeof named === 'string' && named !== id) {
    throw refuseInBraces(400, `team_id in body (${named}) does not match team_id in path (${id})`);
  }
  return changeTeam(parts, caller, body, id, ({ metadata }) =>
    isObject(fields['metadata']) ? { ...fields, metadata: mergePatch(metadata, fields['metadata']) } : fields,
  );
}

/** Changes a team. in: `toFields` makes the changes from its present row. out: the new row. */
async function changeTeam(
  parts: StoredParts,
  caller: Caller,
  body: JsonObject,
  id: string,
  toFields: (team: TeamRow) => JsonObject,
): Promise<TeamRow> {
  refuseUnbuilt(body);
  const team = await findTeam(parts, id);
  if (team === undefined && isAdmin(caller)) throw refuseInBraces(404, `Team not found, passed team_id=${id}`);
  if (team === undefined || !managesTeam(caller, team)) throw refuseInBraces(403, 'Access denied. You do not manage this team.');
  const fields = toFields(team);
  const other = Object.keys(fields).find((name) => !TEAM_ADMIN_FIELDS.has(name));
  if (!isAdmin(caller) && !managesOrganizationOf(caller, team) && other !== undefined) {
    throw refuseInBraces(403, `Team admins cannot change \`${other}\`. Ask a proxy admin.`);
  }
  const { organization_id: organization } = fields;
  if (!isAdmin(caller) && organization !== undefined && !(typeof organization === 'string' && caller.adminOf.includes(organization))) {
    throw refuseInBraces(403, 'A team can only be moved to an organization that you administer.');
  }
  await checkTeamOrganization(parts, fields, team, isAdmin(caller));
  const columns = toTeamColumns(fields, isObject(team.metadata) ? team.metadata : {}, parts.clock.nowMs());
  const data = await change(parts, async (transaction) => {
    const budgetId = await changeMemberBudget(parts, transaction, caller, fields, columns.metadata as JsonObject);
    const metadata = { ...(columns.metadata as JsonObject), ...(budgetId !== undefined && { team_member_budget_id: budgetId }) };
    const modelId = await writeAliases(transaction, caller, fields, team.model_id);
    const [row] = await tables.teams.update(
      transaction,
      { team_id: team.team_id },
      { ...columns, metadata, ...(modelId !== undefined && { model_id: modelId }) },
    );
    return (await withAliases(transaction, [row ?? team]))[0];
  });
  await announceChange(parts.store, { kind: 'team', id: team.team_id });
  return data ?? team;
}

/** POST /team/delete: with its keys; the rows are kept as deleted. */
export async function deleteTeams(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { team_ids: listed } = readFields(body, { team_ids: 'texts!' });
  const ids = Array.isArray(listed) ? listed.map(String) : [];
  const rows: TeamRow[] = [];
  for (const id of ids) rows.push(await reachTeam(parts, caller, id, '/team/delete'));
  const keyHashes = await change(parts, (transaction) => removeTeams(transaction, rows, nameOf(caller)));
  for (const id of ids) await announceChange(parts.store, { kind: 'team', id });
  for (const keyHash of keyHashes) await announceChange(parts.store, { kind: 'key', keyHash });
  return { deleted_teams: ids };
}

/** POST /team/block */
export function blockTeam(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  return setBlocked(parts, call, true);
}

/** POST /team/unblock */
export function unblockTeam(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  return setBlocked(parts, call, false);
}

async function setBlocked(parts: StoredParts, { caller, body, path }: ManagedCall, blocked: boolean): Promise<unknown> {
  const { team_id: id } = readFields(body, { team_id: 'text!' });
  const { team_id: teamId } = await reachTeam(parts, caller, String(id), path);
  const [row] = await ask(parts, (database) => tables.teams.update(database, { team_id: teamId }, { blocked }));
  await announceChange(parts.store, { kind: 'team', id: teamId });
  return { ...TEAM_RELATIONS, ...row };
}

/** POST /team/model/add */
export function addTeamModels(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  return changeModels(parts, call, (have, named) => [...new Set([...have, ...named])]);
}

/** POST /team/model/delete */
export function deleteTeamModels(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  return changeModels(parts, call, (have, named) => {
    const rest = have.filter((model) => !named.includes(model));
    // An empty list would let the team call everything.
    if (have.length > 0 && rest.length === 0)
      throw refuseInDetail(400, { error: 'A team without models may call every model. Use /team/update to say so.' });
    return rest;
  });
}

async function changeModels(
  parts: StoredParts,
  { caller, body }: ManagedCall,
  next: (have: readonly string[], named: readonly string[]) => string[],
): Promise<unknown> {
  const { team_id: id, models } = readFields(body, { team_id: 'text!', models: 'texts!' });
  const team = await findTeam(parts, String(id));
  const ofOrganization = team?.organization_id != null && caller.adminOf.includes(team.organization_id);
  if (!isAdmin(caller) && !ofOrganization) throw refuseInDetail(403, { error: 'Only proxy admin or org admin can modify team models.' });
  if (team === undefined) throw refuseInDetail(404, { error: `Team not found, passed team_id=${String(id)}` });
  const named = Array.isArray(models) ? models.map(String) : [];
  const [row] = await ask(parts, async (database) =>
    withAliases(database, await tables.teams.update(database, { team_id: team.team_id }, { models: next(team.models ?? [], named) })),
  );
  await announceChange(parts.store, { kind: 'team', id: team.team_id });
  return { ...TEAM_RELATIONS, ...row };
}

function memberBudgetColumns(parts: StoredParts, fields: JsonObject): object | undefined {
  const { team_member_budget: max, team_member_rpm_limit: rpm, team_member_tpm_limit: tpm, team_member_budget_duration: period } = fields;
  if ([max, rpm, tpm, period].every((value) => value === undefined)) return undefined;
  return {
    ...(max !== undefined && { max_budget: max }),
    ...(rpm !== undefined && { rpm_limit: rpm }),
    ...(tpm !== undefined && { tpm_limit: tpm }),
    ...toBudgetReset(period, parts.clock.nowMs()),
  };
}

async function insertMemberBudget(
  parts: StoredParts,
  transaction: Database,
  caller: Caller,
  fields: JsonObject,
): Promise<string | undefined> {
  const columns = memberBudgetColumns(parts, fields);
  if (columns === undefined) return undefined;
  return (await tables.budgets.insert(transaction, { ...columns, created_by: nameOf(caller), updated_by: nameOf(caller) })).budget_id;
}

async function changeMemberBudget(
  parts: StoredParts,
  transaction: Database,
  caller: Caller,
  fields: JsonObject,
  metadata: JsonObject,
): Promise<string | undefined> {
  const columns = memberBudgetColumns(parts, fields);
  const { team_member_budget_id: id } = metadata;
  if (columns === undefined || typeof id !== 'string') return insertMemberBudget(parts, transaction, caller, fields);
  await tables.budgets.update(transaction, { budget_id: id }, { ...columns, updated_by: nameOf(caller) });
  return id;
}

async function writeAliases(
  transaction: Database,
  caller: Caller,
  { model_aliases: aliases }: JsonObject,
  id: number | null,
): Promise<number | undefined> {
  if (!isObject(aliases)) return undefined;
  const by = nameOf(caller);
  if (id !== null) await tables.modelAliases.update(transaction, { id }, { model_aliases: aliases, updated_by: by });
  else return (await tables.modelAliases.insert(transaction, { model_aliases: aliases, created_by: by, updated_by: by })).id;
  return id;
}

/** Whether a caller is a member of a team, or manages it. */
export function isMember(caller: Caller, team: TeamRow): boolean {
  return teamRoleOf(caller, team) !== undefined || managesTeam(caller, team);
}
