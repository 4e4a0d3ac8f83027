import { and, desc, eq, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database } from '../pool.ts';
import { budgets, modelAliases, organizations, teamMemberships, teams, users } from '../schema/index.ts';
import { budgetColumns, ORGANIZATION_COLUMNS, TEAM_COLUMNS, USER_COLUMNS } from './columns.ts';
import { findGroups, findMemberships } from './find-key.ts';
import type { KeyRows } from './key-rows.ts';

/** The identity that a token names. */
export interface NamedIdentity {
  readonly userId: string | undefined;
  readonly email: string | undefined;
  readonly teamId: string | undefined;
  readonly organizationId: string | undefined;
  /** A user who does not exist is created. */
  readonly addsUser: boolean;
  /** A user who does not exist is admitted all the same. */
  readonly takesStrangers?: true;
}

/** The rows of those whom a token names: those of a key, but for the key itself. */
export type IdentityRows = Omit<KeyRows, 'key' | 'keyBudget' | 'project' | 'projectBudget'> & {
  /** The team that the token names, or else the only one of the user. */
  readonly teamId: string | undefined;
};

const ofMember = alias(budgets, 'budget_of_member');
const NOBODY = { user: undefined, teams: [] };

/**
 * Reads those whom a token names. Undefined: there is no such user, and none is to be created.
 *
 * source: LiteLLM 1.106.2, proxy/auth/handle_jwt.py: a user is found by his id, by the identity provider's id, or by his email address.
 */
export async function findIdentity(database: Database, named: NamedIdentity): Promise<IdentityRows | undefined> {
  const { userId, organizationId } = named;
  const found = userId === undefined ? NOBODY : ((await findUser(database, userId, named.email)) ?? (await addUser(database, named)));
  if (found === undefined && named.takesStrangers !== true) return undefined;
  const { user = null, teams: teamsOfUser = [] } = found ?? NOBODY;
  const [onlyTeam] = teamsOfUser.length === 1 ? teamsOfUser : [];
  const teamId = named.teamId ?? onlyTeam;
  const ofTeam = teamId === undefined ? undefined : await findTeam(database, teamId, user?.user_id ?? '');
  const team = ofTeam?.team ?? null;
  const ofOrganization = await findOrganization(database, organizationId ?? team?.organization_id ?? undefined);
  return {
    teamId,
    team,
    teamAliases: ofTeam?.teamAliases ?? null,
    member: ofTeam?.member ?? null,
    memberBudget: ofTeam?.memberBudget ?? null,
    user,
    organization: ofOrganization?.organization ?? null,
    organizationBudget: ofOrganization?.organizationBudget ?? null,
    groups: await findGroups(database, team?.access_group_ids ?? []),
    memberships: await findMemberships(database, user?.user_id),
  };
}

interface FoundUser {
  readonly user: NonNullable<KeyRows['user']>;
  readonly teams: readonly string[];
}

async function findUser(database: Database, userId: string, email: string | undefined): Promise<FoundUser | undefined> {
  const byEmail = email === undefined ? undefined : eq(sql`lower(${users.user_email})`, email.toLowerCase());
  const [found] = await database
    .select({ user: USER_COLUMNS, teams: users.teams })
    .from(users)
    .where(or(eq(users.user_id, userId), eq(users.sso_user_id, userId), byEmail))
    .orderBy(desc(eq(users.user_id, userId)), desc(sql`coalesce(${users.sso_user_id} = ${userId}, false)`))
    .limit(1);
  return found === undefined ? undefined : { user: found.user, teams: found.teams ?? [] };
}

async function addUser(database: Database, { userId, email, addsUser }: NamedIdentity): Promise<FoundUser | undefined> {
  if (!addsUser || userId === undefined) return undefined;
  await database
    .insert(users)
    .values({ user_id: userId, user_email: email ?? null, user_role: 'internal_user', models: [] })
    .onConflictDoNothing();
  return findUser(database, userId, undefined);
}

async function findTeam(
  database: Database,
  teamId: string,
  userId: string,
): Promise<Pick<KeyRows, 'team' | 'teamAliases' | 'member' | 'memberBudget'> | undefined> {
  const [found] = await database
    .select({
      team: TEAM_COLUMNS,
      teamAliases: { aliases: modelAliases.model_aliases },
      member: { spend: teamMemberships.spend, budget_id: teamMemberships.budget_id },
      memberBudget: budgetColumns(ofMember),
    })
    .from(teams)
    .leftJoin(modelAliases, eq(teams.model_id, modelAliases.id))
    .leftJoin(teamMemberships, and(eq(teamMemberships.team_id, teams.team_id), eq(teamMemberships.user_id, userId)))
    .leftJoin(ofMember, eq(teamMemberships.budget_id, ofMember.budget_id))
    .where(eq(teams.team_id, teamId))
    .limit(1);
  return found;
}

async function findOrganization(
  database: Database,
  id: string | undefined,
): Promise<Pick<KeyRows, 'organization' | 'organizationBudget'> | undefined> {
  if (id === undefined) return undefined;
  const [found] = await database
    .select({ organization: ORGANIZATION_COLUMNS, organizationBudget: budgetColumns(budgets) })
    .from(organizations)
    .leftJoin(budgets, eq(organizations.budget_id, budgets.budget_id))
    .where(eq(organizations.organization_id, id))
    .limit(1);
  return found;
}
