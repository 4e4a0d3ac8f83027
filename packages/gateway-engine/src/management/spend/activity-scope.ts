import type { Caller, ManagedCall } from '../../ports/index.ts';
import { tables, type Database, type DayFilter } from '../../store/index.ts';
import { mayViewAll, teamRoleOf } from '../callers.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** Whose days a caller sees. */
export interface ActivityScope extends Pick<DayFilter, 'owners' | 'without' | 'keys'> {
  readonly of: DayFilter['scope'];
  /** Reads what is shown beside the owners' ids, by id. */
  readonly describe: (database: Database, ids: readonly string[]) => Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>>;
}

/** Finds a caller's scope. Throws a Refusal where he asks for what he may not see. */
export type FindActivityScope = (database: Database, call: ManagedCall) => Promise<ActivityScope>;

/** Users: the caller himself, or anybody if he may see all. */
export const userScope: FindActivityScope = async (_database, { caller, query }) => {
  const asked = readText(query, 'user_id');
  const user = mayViewAll(caller) ? asked : ownUser(caller, asked);
  return { of: 'user', owners: user === undefined ? undefined : [user], describe: describeUsers };
};

function ownUser({ userId }: Caller, asked: string | undefined): string {
  if (userId === undefined) throw refuseInDetail(403, { error: 'This key belongs to no user, who could have spent anything.' });
  if (asked !== undefined && asked !== userId) throw refuseInDetail(403, { error: 'Non-admin users can only view their own spend data.' });
  return userId;
}

async function describeUsers(database: Database, ids: readonly string[]): ReturnType<ActivityScope['describe']> {
  const rows = await tables.users.list(database, { user_id: { in: ids } }, { sortBy: 'user_id', limit: ROWS_MAX });
  return new Map(rows.map(({ user_id: id, user_email, user_alias }) => [id, { user_email, user_alias }]));
}

/** The permission that lets members see all of a team's days. */
const SEES_TEAM = '/team/daily/activity';

/** Teams: those of the caller, or any if he may see all. Unless he may see all days of each of them, only those of his own keys. */
export const teamScope: FindActivityScope = async (database, { caller, query }) => {
  const without = readList(query, 'exclude_team_ids');
  const asked = readList(query, 'team_ids');
  if (mayViewAll(caller)) return { of: 'team', owners: asked, without, describe: describeTeams };
  const user = await tables.users.find(database, { user_id: caller.userId ?? '' });
  if (user === undefined) throw refuseInDetail(404, { error: `User= ${caller.userId ?? 'None'} not found` });
  const own = user.teams ?? [];
  const foreign = asked?.find((id) => !own.includes(id));
  if (foreign !== undefined) {
    throw refuseInDetail(404, { error: `User does not belong to Team= ${foreign}. Call \`/user/info\` to see user's teams` });
  }
  const owners = asked ?? own;
  const teams = await tables.teams.list(database, { team_id: { in: owners } }, { sortBy: 'team_id', limit: ROWS_MAX });
  const seen = teams.filter((team) => {
    const role = teamRoleOf(caller, team);
    return role === 'admin' || (role !== undefined && team.team_member_permissions?.includes(SEES_TEAM) === true);
  });
  const seesAll = owners.every((id) => seen.some(({ team_id: seenId }) => seenId === id));
  return { of: 'team', owners, without, keys: seesAll ? undefined : await ownKeys(database, caller), describe: describeTeams };
};

async function describeTeams(database: Database, ids: readonly string[]): ReturnType<ActivityScope['describe']> {
  const rows = await tables.teams.list(database, { team_id: { in: ids } }, { sortBy: 'team_id', limit: ROWS_MAX });
  return new Map(rows.map(({ team_id: id, team_alias }) => [id, { team_alias }]));
}

async function ownKeys(database: Database, { userId, keyHash }: Caller): Promise<readonly string[]> {
  const rows = userId === undefined ? [] : await tables.keys.list(database, { user_id: userId }, { sortBy: 'token', limit: ROWS_MAX });
  return [...(keyHash === undefined ? [] : [keyHash]), ...rows.map(({ token }) => token)];
}

/** Organisations: those that the caller administers, or any if he may see all. */
export const organizationScope: FindActivityScope = async (_database, { caller, query }) => {
  const asked = readList(query, 'organization_ids');
  const foreign = mayViewAll(caller) ? undefined : asked?.find((id) => !caller.adminOf.includes(id));
  if (foreign !== undefined) throw refuseInDetail(403, { error: `User is not org_admin for Organization= ${foreign}.` });
  return {
    of: 'organization',
    owners: asked ?? (mayViewAll(caller) ? undefined : caller.adminOf),
    without: readList(query, 'exclude_organization_ids'),
    describe: async (database, ids) => {
      const cut = { sortBy: 'organization_id', limit: ROWS_MAX } as const;
      const rows = await tables.organizations.list(database, { organization_id: { in: ids } }, cut);
      return new Map(rows.map(({ organization_id: id, organization_alias }) => [id, { organization_alias }]));
    },
  };
};

/** Customers: any. The route admits only callers who may see all. */
export const customerScope: FindActivityScope = async (_database, { query }) => ({
  of: 'end_user',
  owners: readList(query, 'end_user_ids'),
  without: readList(query, 'exclude_end_user_ids'),
  describe: async (database, ids) => {
    const rows = await tables.endUsers.list(database, { user_id: { in: ids } }, { sortBy: 'user_id', limit: ROWS_MAX });
    return new Map(rows.map(({ user_id: id, alias }) => [id, { alias }]));
  },
});

/** Tags: any; a caller who may not see all sees only the calls of his own keys. */
export const tagScope: FindActivityScope = async (database, { caller, query }) => ({
  of: 'tag',
  owners: readList(query, 'tags'),
  keys: mayViewAll(caller) ? undefined : await ownKeys(database, caller),
  describe: async () => new Map(),
});

function readList(query: URLSearchParams, name: string): readonly string[] | undefined {
  return readText(query, name)?.split(',');
}
