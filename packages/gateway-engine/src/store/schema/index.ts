export { objectPermissions, type ObjectPermissionRow, accessGroups, type AccessGroupRow, tags, type TagRow } from './access.ts';
export {
  budgets,
  type BudgetRow,
  budgetWindowSpends,
  type BudgetWindowSpendRow,
  modelAccessGroupBudgets,
  type ModelAccessGroupBudgetRow,
} from './budgets.ts';
export { dailyEndUserSpend, dailyOrganizationSpend, dailyTagSpend, dailyTeamSpend, dailyUserSpend } from './daily-spend.ts';
export { deletedVerificationTokens, type DeletedVerificationTokenRow, deletedTeams, type DeletedTeamRow } from './deleted.ts';
export {
  verificationTokens,
  type VerificationTokenRow,
  deprecatedVerificationTokens,
  type DeprecatedVerificationTokenRow,
  jwtKeyMappings,
  type JwtKeyMappingRow,
} from './keys.ts';
export { proxyModels, type ProxyModelRow, credentials, type CredentialRow } from './models.ts';
export { healthChecks, type HealthCheckRow } from './health.ts';
export { organizations, type OrganizationRow, organizationMemberships, type OrganizationMembershipRow } from './organizations.ts';
export {
  configSettings,
  type ConfigSettingRow,
  configOverrides,
  type ConfigOverrideRow,
  uiSettings,
  type UiSettingsRow,
  auditLogs,
  type AuditLogRow,
  type NewAuditLogRow,
} from './settings.ts';
export { spendLogs, type NewSpendLogRow } from './spend.ts';
export {
  teams,
  type TeamRow,
  teamMemberships,
  type TeamMembershipRow,
  projects,
  type ProjectRow,
  modelAliases,
  type ModelAliasesRow,
} from './teams.ts';
export { users, type UserRow, endUsers, type EndUserRow, invitationLinks, type InvitationLinkRow } from './users.ts';
