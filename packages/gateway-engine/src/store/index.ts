export { createStore } from './create-store.ts';
export { backupDatabase, OutputProblem, restoreDatabase } from './backup.ts';
export { type DatabaseAddress, readDatabaseUrl } from './database-url.ts';
export { describeDatabase, isRestorable } from './describe-database.ts';
export { findUnreadable } from './find-unreadable.ts';
export { readStoredRows } from './read-stored-rows.ts';
export { openRawSession, type RawAnswer, type RawSession } from './raw-session.ts';
export { EmbeddedProblem } from './embedded/problem.ts';
export { type EmbeddedDatabase, findRunningEmbedded, startEmbedded } from './embedded/start-embedded.ts';
export { type Drift, wordDrift } from './litellm/find-drift.ts';
export { type Prepared, prepareDatabase } from './litellm/prepare-database.ts';
export type { Database } from './pool.ts';
export type { Asking, Store, StoreOptions } from './store.ts';
export { AUDIT_SORTS, findAuditPage, insertAudits, type AuditFilter, type AuditPage, type AuditSort } from './queries/audit-logs.ts';
export { BUDGET_SORTS, findBudgetPage, type BudgetFilter, type BudgetOrder } from './queries/budget-page.ts';
export {
  countModelFailures,
  countSlowCalls,
  firstTokenLatencies,
  tokenLatencies,
  type FailuresOf,
  type Latency,
  type MetricScope,
  type SlowCalls,
} from './queries/model-metrics.ts';
export { findBudget, findEndUser, hasLimitedEndUsers, isUser } from './queries/find-end-user.ts';
export { findWindowSpends, type WindowSpend, type WindowSpendRow } from './queries/window-spend.ts';
export { findAccessGroupBudgets, findTagBudgets, type NamedBudgetRow } from './queries/named-budgets.ts';
export { findIdentity, type IdentityRows } from './queries/find-identity.ts';
export { latestHealth } from './queries/latest-health.ts';
export { findKey } from './queries/find-key.ts';
export { findProxySpend, PROXY_BUDGET_USER, type ProxySpend } from './queries/proxy-budget.ts';
export type { AccessGroupRows, BudgetRows, EndUserRows, KeyRows } from './queries/key-rows.ts';
export { blockKeys, deleteKeys, insertKey, listKeys, type KeyFilter, type NewKeyRow } from './queries/write-keys.ts';
export type { NewAuditLogRow, NewSpendLogRow, VerificationTokenRow } from './schema/index.ts';
export {
  dueBudgets,
  dueOwners,
  RESET_ROWS_MAX,
  resetBudgets,
  resetOwners,
  takeResetLock,
  type DueBudget,
  type NextReset,
  type ResetOwner,
} from './queries/reset-budgets.ts';
export { CLEANED_ROWS_MAX, deleteSpendLogs } from './queries/delete-spend-logs.ts';
export { DAY_SUMS, readAllDays, readDayPage, type DayFilter, type DayKind, type DayPart, type DaySums } from './queries/daily-activity.ts';
export {
  countSpendLogs,
  namesInLogs,
  findSaid,
  listSpendLogs,
  LOG_NAMES,
  LOG_SORTS,
  type ListedLog,
  type LogCut,
  type LogFilter,
  type LogScope,
} from './queries/spend-logs.ts';
export {
  callsByDay,
  callsByModel,
  rateRefusals,
  spendBy,
  spendByDay,
  spendByTeam,
  summedDays,
  type DayOfCalls,
  type DayOfRefusals,
  type DayOfSpend,
  type ReportScope,
  type SpendOf,
  type SummedDay,
  type SummedScope,
  type TeamDay,
} from './queries/spend-reports.ts';
export { exportDays, type ExportedDay, type ExportType } from './queries/export-days.ts';
export { readKeyUsage, type KeysWanted, type KeyUsage } from './queries/key-usage.ts';
export {
  activeUsers,
  distinctTags,
  sumTags,
  usersOfTags,
  type ActiveUsers,
  type TagDays,
  type TagSum,
  type TagUser,
} from './queries/tag-reports.ts';
export {
  cacheActivity,
  cacheFilters,
  countFailures,
  spendByMember,
  type CacheActivity,
  type CacheScope,
  type FailureCount,
  type MemberSpend,
} from './queries/usage-reports.ts';
export { type DailyRow, type DailyRows, type DailyScope, type DailySums } from './queries/write-daily-spend.ts';
export {
  transactionEnd,
  transactionId,
  writeSpend,
  type SpendBatch,
  type SpendById,
  type SpendOfMember,
  type TransactionEnd,
} from './queries/write-spend.ts';
export { LogPile, type LogRows } from './queries/log-pile.ts';
export { type Cipher, type CipherName, createCipher } from './cipher.ts';
export type { StoredRow } from './queries/stored-config.ts';
export { STORED_CONFIG_CHANNEL, openStoredConfig, type StoredConfig } from './watch-stored-config.ts';
export { tables } from './tables.ts';
export type { Cut, Rows, Wanted, Where } from './queries/rows.ts';
export type {
  AccessGroupRow,
  BudgetRow,
  CredentialRow,
  DeletedVerificationTokenRow,
  EndUserRow,
  HealthCheckRow,
  InvitationLinkRow,
  JwtKeyMappingRow,
  OrganizationMembershipRow,
  OrganizationRow,
  ProjectRow,
  ProxyModelRow,
  ModelAliasesRow,
  TagRow,
  TeamMembershipRow,
  TeamRow,
  UserRow,
} from './schema/index.ts';
