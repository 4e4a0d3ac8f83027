import type { ManagedCall } from '../../ports/index.ts';
import { tables, type ProjectRow, type Where } from '../../store/index.ts';
import { findTeam, mayViewAll } from '../callers.ts';
import { ask, type StoredParts } from '../parts.ts';
import { refuseInBraces, refuseInvalid } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { isMember } from '../teams/teams.ts';
import { withBudgets } from '../with-budgets.ts';
import { notFound } from './projects.ts';

/** GET /project/info: a project of the caller's teams. A missing one is refused like one that is not his. */
export async function showProject(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const id = query.get('project_id');
  if (id === null) throw refuseInvalid([{ type: 'missing', loc: ['query', 'project_id'], msg: 'Field required' }]);
  const project = await ask(parts, (database) => tables.projects.find(database, { project_id: id }));
  const team = await findTeam(parts, project?.team_id);
  if (!mayViewAll(caller) && (team === undefined || !isMember(caller, team))) {
    throw refuseInBraces(403, "You don't have access to this project");
  }
  if (project === undefined) throw notFound(id, 'project_id');
  return (await ask(parts, (database) => withBudgets(database, [project])))[0];
}

/** GET /project/list: every project, or, if the caller may not see all, those of his teams and of organisations that he administers. */
export async function listProjects(parts: StoredParts, { caller }: ManagedCall): Promise<unknown> {
  return ask(parts, async (database) => {
    const all = { limit: ROWS_MAX } as const;
    let where: Where<ProjectRow> = {};
    if (!mayViewAll(caller)) {
      const user = caller.userId === undefined ? undefined : await tables.users.find(database, { user_id: caller.userId });
      const led = await tables.teams.list(database, { organization_id: { in: caller.adminOf } }, { sortBy: 'team_id', ...all });
      where = { team_id: { in: [...(user?.teams ?? []), ...led.map(({ team_id: id }) => id)] } };
    }
    return withBudgets(database, await tables.projects.list(database, where, { sortBy: 'created_at', ...all }));
  });
}
