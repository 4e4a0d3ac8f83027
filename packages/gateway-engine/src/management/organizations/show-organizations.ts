import type { ManagedCall } from '../../ports/index.ts';
import {
  tables,
  type BudgetRow,
  type Database,
  type OrganizationMembershipRow,
  type OrganizationRow,
  type TeamRow,
  type Where,
} from '../../store/index.ts';
import { mayViewAll } from '../callers.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail, refuseInvalid } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { shownUser } from '../users/user-fields.ts';
import { withBudgets } from '../with-budgets.ts';
import { seeOrganization } from './organization-access.ts';

/** GET /organization/list: every organisation, or those of the caller if he may not see all. */
export async function listOrganizations(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const id = readText(query, 'org_id');
  const alias = readText(query, 'org_alias');
  const named: Where<OrganizationRow> = alias === undefined ? {} : { organization_alias: { like: alias } };
  return ask(parts, async (database) => {
    const own = mayViewAll(caller) ? undefined : await organizationIdsOf(database, caller.userId);
    const where = { ...named, organization_id: own === undefined ? id : { in: own.filter((each) => id === undefined || each === id) } };
    return withMembers(database, await tables.organizations.list(database, where, { sortBy: 'created_at', limit: ROWS_MAX }));
  });
}

async function organizationIdsOf(database: Database, userId: string | undefined): Promise<readonly string[]> {
  if (userId === undefined) return [];
  const own = await tables.organizationMemberships.list(database, { user_id: userId }, { sortBy: 'organization_id', limit: ROWS_MAX });
  return own.map(({ organization_id: id }) => id);
}

/** GET /organization/info */
export async function showOrganization(parts: StoredParts, { caller, query }: ManagedCall): Promise<unknown> {
  const id = query.get('organization_id');
  if (id === null) throw refuseInvalid([{ type: 'missing', loc: ['query', 'organization_id'], msg: 'Field required' }]);
  const row = await seeOrganization(parts, caller, id);
  return ask(parts, async (database) => {
    const [organization] = await withMembers(database, [row]);
    const ids = (organization?.members ?? []).map(({ user_id: userId }) => userId);
    const users = await tables.users.list(database, { user_id: { in: ids } }, { sortBy: 'user_id', limit: ROWS_MAX });
    const members = organization?.members.map((member) => {
      const user = users.find(({ user_id: userId }) => userId === member.user_id);
      return { ...member, user: user === undefined ? null : shownUser(user), user_email: user?.user_email ?? null };
    });
    const { object_permission_id: permission } = row;
    const object_permission =
      permission === null ? null : ((await tables.objectPermissions.find(database, { object_permission_id: permission })) ?? null);
    return { ...organization, members, object_permission };
  });
}

/** POST /organization/info: several organisations, without their members. */
export async function showOrganizations(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { organizations } = readFields(body, { organizations: 'texts!' });
  const ids = Array.isArray(organizations) ? organizations.map(String) : [];
  if (ids.length === 0) throw refuseInDetail(400, { error: "Specify list of organization id's to query. Passed in=[]" });
  for (const id of ids) await seeOrganization(parts, caller, id);
  return ask(parts, async (database) =>
    withBudgets(
      database,
      await tables.organizations.list(database, { organization_id: { in: ids } }, { sortBy: 'created_at', limit: ROWS_MAX }),
    ),
  );
}

/** An organisation as it is shown. */
export interface ShownOrganization extends OrganizationRow {
  readonly litellm_budget_table: BudgetRow | null;
  readonly members: readonly OrganizationMembershipRow[];
  readonly teams: readonly TeamRow[];
}

/** Organisations with their budgets, their members and their teams. */
export async function withMembers(database: Database, rows: readonly OrganizationRow[]): Promise<readonly ShownOrganization[]> {
  const ids = rows.map(({ organization_id: id }) => id);
  const all = { limit: ROWS_MAX } as const;
  const memberships = await tables.organizationMemberships.list(database, { organization_id: { in: ids } }, { sortBy: 'user_id', ...all });
  const teams = await tables.teams.list(database, { organization_id: { in: ids } }, { sortBy: 'created_at', ...all });
  return (await withBudgets(database, rows)).map((row) => ({
    ...row,
    members: memberships.filter(({ organization_id: id }) => id === row.organization_id),
    teams: teams.filter(({ organization_id: id }) => id === row.organization_id),
  }));
}
