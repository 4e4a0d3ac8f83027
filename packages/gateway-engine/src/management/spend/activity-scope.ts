import type { Caller, ManagedCall } from '../../ports/index.ts';
import { tables, type Database, type DayFilter } from '../../store/index.ts';
import { mayViewAll, teamRoleOf } from '../callers.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** Whose days a caller sees. */
export interface ActivityScope extends Pick<DayFilter, 'owners' | 'without' | 'keys'> {
  readonly of: DayFilter['scope'];
  /** What is shown beside the ids of those whose days they are. */
  readonly describe: (database: Database, ids: readonly string[]) => Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>>;
}

/** Finds it, or throws a Refusal. */
export type FindActivityScope = (database: Database, call: ManagedCall) => Promise<ActivityScope>;

/** Users: everybody for who may see all, else the caller himself. */
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

/** What lets a member see all of a team's days. */
const SEES_TEAM = '/team/daily/activity';

/** Teams: all for who may see all, else those the caller is in; of one that he does not administer, his own keys. */
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

/** Organisations: all for who may see all, else those that the caller administers. */
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

/** Customers, for who may see all: nobody else comes here. */
export const customerScope: FindActivityScope = async (_database, { query }) => ({
  of: 'end_user',
  owners: readList(query, 'end_user_ids'),
  without: readList(query, 'exclude_end_user_ids'),
  describe: async (database, ids) => {
    const rows = await tables.endUsers.list(database, { user_id: { in: ids } }, { sortBy: 'user_id', limit: ROWS_MAX });
    return new Map(rows.map(({ user_id: id, alias }) => [id, { alias }]));
  },
});

/** Tags: for who may not see all, as far as his own keys bore them. */
export const tagScope: FindActivityScope = async (database, { caller, query }) => ({
  of: 'tag',
  owners: readList(query, 'tags'),
  keys: mayViewAll(caller) ? undefined : await ownKeys(database, caller),
  describe: async () => new Map(),
});

function readList(query: URLSearchParams, name: string): readonly string[] | undefined {
  return readText(query, name)?.split(',');
}
