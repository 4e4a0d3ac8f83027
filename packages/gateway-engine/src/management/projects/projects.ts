import { randomUUID } from 'node:crypto';
import { isObject, type JsonValue } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { tables, type Database, type ProjectRow, type TeamRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { toBudgetColumns } from '../budget-fields.ts';
import { nameOf } from '../callers.ts';
import { budgetFor } from '../own-budget.ts';
import { change, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { refuseUnbuilt } from '../unbuilt.ts';
import { withBudgets } from '../with-budgets.ts';
import { checkTeamLimits, PROJECT_FIELDS, toProjectColumns } from './project-fields.ts';

/** POST /project/new: a project groups keys of one team. Source of messages and of their order: LiteLLM 1.106.2, new_project. */
export async function newProject(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  refuseUnbuilt(body);
  const fields = readFields(body, { ...PROJECT_FIELDS, team_id: 'text!', project_id: 'text', budget_id: 'text' });
  const { project_id: id, team_id: teamId, budget_id: named } = fields;
  const limits = toBudgetColumns(fields, parts.clock.nowMs());
  const by = nameOf(caller);
  return change(parts, async (transaction) => {
    const team = await findTeam(transaction, teamId);
    checkTeamLimits(fields, team);
    if (typeof id === 'string' && (await tables.projects.find(transaction, { project_id: id })) !== undefined) {
      throw refuse(400, `Project id = ${id} already exists. Please use a different project id.`, 'bad_request', 'project_id');
    }
    const made = await tables.projects.insert(transaction, {
      models: [],
      ...toProjectColumns(fields, {}),
      project_id: typeof id === 'string' ? id : randomUUID(),
      team_id: team.team_id,
      budget_id: await budgetFor(transaction, named, limits, by),
      created_by: by,
      updated_by: by,
    });
    return (await withBudgets(transaction, [made]))[0];
  });
}

/** POST /project/update */
export async function updateProject(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  refuseUnbuilt(body);
  const { project_id: sent, team_id: teamId, ...fields } = readFields(body, { ...PROJECT_FIELDS, project_id: 'text!', team_id: 'text' });
  const limits = toBudgetColumns(fields, parts.clock.nowMs());
  const id = String(sent);
  const by = nameOf(caller);
  const row = await change(parts, async (transaction) => {
    const found = await tables.projects.find(transaction, { project_id: id });
    if (found === undefined) throw notFound(id, 'project_id');
    const team = teamId ?? found.team_id;
    if (team !== null) checkTeamLimits(fields, await findTeam(transaction, team));
    const budgetId = await writeBudget(transaction, found, limits, by);
    const rows = await tables.projects.update(
      transaction,
      { project_id: id },
      {
        ...toProjectColumns(fields, isObject(found.metadata) ? found.metadata : {}),
        ...(typeof teamId === 'string' && { team_id: teamId }),
        budget_id: budgetId,
        updated_by: by,
      },
    );
    return (await withBudgets(transaction, rows))[0];
  });
  // Others may share its budget.
  await announceChange(parts.store, limits === undefined ? { kind: 'project', id } : { kind: 'all' });
  return row;
}

async function writeBudget(
  transaction: Database,
  { budget_id: old }: ProjectRow,
  limits: ReturnType<typeof toBudgetColumns>,
  by: string,
): Promise<string | null> {
  if (limits === undefined) return old;
  if (old === null) return budgetFor(transaction, undefined, limits, by);
  await tables.budgets.update(transaction, { budget_id: old }, { ...limits, updated_by: by });
  return old;
}

/** DELETE /project/delete: refused for projects that still have keys. */
export async function deleteProjects(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { project_ids: listed } = readFields(body, { project_ids: 'texts!' });
  const ids = Array.isArray(listed) ? listed.map(String) : [];
  const gone = await change(parts, async (transaction) => {
    const removed: ProjectRow[] = [];
    for (const id of ids) {
      if ((await tables.projects.find(transaction, { project_id: id })) === undefined) throw notFound(id, 'project_ids');
      const keys = await tables.keys.count(transaction, { project_id: id });
      if (keys > 0) {
        const message = `Cannot delete project ${id}. ${keys} key(s) are associated with it. Please delete or reassign the keys first.`;
        throw refuse(400, message, 'bad_request', 'project_ids');
      }
      removed.push(...(await tables.projects.remove(transaction, { project_id: id })));
    }
    return removed;
  });
  for (const id of ids) await announceChange(parts.store, { kind: 'project', id });
  return gone;
}

/** The refusal of a project that does not exist. */
export function notFound(id: string, param: string): Refusal {
  return refuse(404, `Project not found, project_id=${id}`, 'not_found', param);
}

async function findTeam(transaction: Database, id: JsonValue | undefined): Promise<TeamRow> {
  const team = await tables.teams.find(transaction, { team_id: String(id) });
  if (team === undefined) throw refuse(404, `Team not found, team_id=${String(id)}`, 'not_found', 'team_id');
  return team;
}
