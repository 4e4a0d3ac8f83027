import { and, eq, gt, inArray, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database } from '../pool.ts';
import {
  accessGroups,
  budgets,
  deprecatedVerificationTokens,
  modelAliases,
  organizationMemberships,
  organizations,
  projects,
  teamMemberships,
  teams,
  users,
  verificationTokens,
} from '../schema/index.ts';
import { budgetColumns, KEY_COLUMNS, ORGANIZATION_COLUMNS, PROJECT_COLUMNS, TEAM_COLUMNS, USER_COLUMNS } from './columns.ts';
import type { AccessGroupRows, KeyRows } from './key-rows.ts';

const ofKey = alias(budgets, 'budget_of_key');
const ofMember = alias(budgets, 'budget_of_member');
const ofProject = alias(budgets, 'budget_of_project');
const ofOrganization = alias(budgets, 'budget_of_organization');

/**
 * A key and its owners, by the hash of the key, or of a rotated one in its grace period. Undefined: there is no such key.
 *
 * cost: one query; one each for access groups and for organisations of the user, where there are any; one more for an unknown hash.
 */
export async function findKey(database: Database, keyHash: string): Promise<KeyRows | undefined> {
  return (await findActive(database, keyHash)) ?? (await findRotated(database, keyHash));
}

async function findRotated(database: Database, keyHash: string): Promise<KeyRows | undefined> {
  const [rotated] = await database
    .select({ activeHash: deprecatedVerificationTokens.active_token_id })
    .from(deprecatedVerificationTokens)
    .where(and(eq(deprecatedVerificationTokens.token, keyHash), gt(deprecatedVerificationTokens.revoke_at, sql`now() at time zone 'utc'`)))
    .limit(1);
  return rotated === undefined ? undefined : findActive(database, rotated.activeHash);
}

async function findActive(database: Database, keyHash: string): Promise<KeyRows | undefined> {
  const [found] = await database
    .select({
      key: KEY_COLUMNS,
      keyBudget: budgetColumns(ofKey),
      team: TEAM_COLUMNS,
      teamAliases: { aliases: modelAliases.model_aliases },
      member: { spend: teamMemberships.spend, budget_id: teamMemberships.budget_id },
      memberBudget: budgetColumns(ofMember),
      user: USER_COLUMNS,
      project: PROJECT_COLUMNS,
      projectBudget: budgetColumns(ofProject),
      organization: ORGANIZATION_COLUMNS,
      organizationBudget: budgetColumns(ofOrganization),
    })
    .from(verificationTokens)
    .leftJoin(ofKey, eq(verificationTokens.budget_id, ofKey.budget_id))
    .leftJoin(teams, eq(verificationTokens.team_id, teams.team_id))
    .leftJoin(modelAliases, eq(teams.model_id, modelAliases.id))
    .leftJoin(
      teamMemberships,
      and(eq(verificationTokens.team_id, teamMemberships.team_id), eq(verificationTokens.user_id, teamMemberships.user_id)),
    )
    .leftJoin(ofMember, eq(teamMemberships.budget_id, ofMember.budget_id))
    .leftJoin(users, eq(verificationTokens.user_id, users.user_id))
    .leftJoin(projects, eq(verificationTokens.project_id, projects.project_id))
    .leftJoin(ofProject, eq(projects.budget_id, ofProject.budget_id))
    .leftJoin(
      organizations,
      eq(sql`coalesce(${verificationTokens.organization_id}, ${teams.organization_id})`, organizations.organization_id),
    )
    .leftJoin(ofOrganization, eq(organizations.budget_id, ofOrganization.budget_id))
    .where(eq(verificationTokens.token, keyHash))
    .limit(1);
  if (found === undefined) return undefined;
  const named = [...(found.key.access_group_ids ?? []), ...(found.team?.access_group_ids ?? [])];
  return { ...found, groups: await findGroups(database, named), memberships: await findMemberships(database, found.user?.user_id) };
}

/** Access groups by id. Without ids there is no query. */
export async function findGroups(database: Database, ids: readonly string[]): Promise<readonly AccessGroupRows[]> {
  if (ids.length === 0) return [];
  return database
    .select({
      access_group_id: accessGroups.access_group_id,
      access_model_names: accessGroups.access_model_names,
      assigned_team_ids: accessGroups.assigned_team_ids,
      assigned_key_ids: accessGroups.assigned_key_ids,
    })
    .from(accessGroups)
    .where(inArray(accessGroups.access_group_id, [...ids]));
}

/** The organisations of a user. */
export async function findMemberships(database: Database, userId: string | undefined): Promise<KeyRows['memberships']> {
  if (userId === undefined) return [];
  return database
    .select({ organization_id: organizationMemberships.organization_id, user_role: organizationMemberships.user_role })
    .from(organizationMemberships)
    .where(eq(organizationMemberships.user_id, userId));
}
