export { announceChange, hearChanges, type TenantChange } from './changes.ts';
export { createKeyLookup, type KeyLookupOptions } from './create-key-lookup.ts';
export { durationMs, parseDuration, type Duration } from '../text/index.ts';
export { resetTimeMs } from './reset-time.ts';
export { toModelBudgets } from './model-budgets.ts';
export { memberId, windowId } from './member-id.ts';
export { toCaller, toEndUser, type RowRules } from './to-caller.ts';
export { findEscalation, type AskedGrants, type CreatorReach } from './find-escalation.ts';
export { KEY_LENGTH_MIN, makeKey, nameKey, newKeyRow, type KeyFields, type KeyMaking } from './new-key.ts';
