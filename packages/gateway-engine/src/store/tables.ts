import { rowsOf } from './queries/rows.ts';
import * as schema from './schema/index.ts';

/** The plain questions about LiteLLM's tables, for those who manage them. */
export const tables = {
  accessGroups: rowsOf(schema.accessGroups),
  accessGroupBudgets: rowsOf(schema.modelAccessGroupBudgets),
  auditLogs: rowsOf(schema.auditLogs),
  budgets: rowsOf(schema.budgets),
  configSettings: rowsOf(schema.configSettings),
  credentials: rowsOf(schema.credentials),
  deletedKeys: rowsOf(schema.deletedVerificationTokens),
  deletedTeams: rowsOf(schema.deletedTeams),
  deprecatedKeys: rowsOf(schema.deprecatedVerificationTokens),
  dailyTagSpends: rowsOf(schema.dailyTagSpend),
  endUsers: rowsOf(schema.endUsers),
  healthChecks: rowsOf(schema.healthChecks),
  invitationLinks: rowsOf(schema.invitationLinks),
  keyMappings: rowsOf(schema.jwtKeyMappings),
  keys: rowsOf(schema.verificationTokens),
  modelAliases: rowsOf(schema.modelAliases),
  models: rowsOf(schema.proxyModels),
  objectPermissions: rowsOf(schema.objectPermissions),
  organizationMemberships: rowsOf(schema.organizationMemberships),
  organizations: rowsOf(schema.organizations),
  projects: rowsOf(schema.projects),
  spendLogs: rowsOf(schema.spendLogs),
  tags: rowsOf(schema.tags),
  teamMemberships: rowsOf(schema.teamMemberships),
  teams: rowsOf(schema.teams),
  users: rowsOf(schema.users),
} as const;
