export { createLedger, type Ledger, type LedgerOptions } from './create-ledger.ts';
export { createBudgetResets, type BudgetResetOptions, type BudgetResets } from './reset-budgets.ts';
export { createLogCleanup, type LogCleanup, type LogCleanupOptions } from './clean-logs.ts';
