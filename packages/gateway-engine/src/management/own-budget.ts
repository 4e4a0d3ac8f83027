import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import type { Caller } from '../ports/index.ts';
import { tables, type BudgetRow, type Database } from '../store/index.ts';
import { toBudgetColumns } from './budget-fields.ts';
import { nameOf } from './callers.ts';
import type { StoredParts } from './parts.ts';
import { refuseInDetail } from './refusal.ts';

/** The budget of a new object: the one named, or a new one with the limits that were sent. out: its id. Throws a Refusal for an unknown one. */
export async function budgetFor(
  transaction: Database,
  named: JsonValue | undefined,
  limits: Partial<BudgetRow> | undefined,
  by: string,
): Promise<string> {
  if (typeof named !== 'string') return (await tables.budgets.insert(transaction, { ...limits, created_by: by, updated_by: by })).budget_id;
  if ((await tables.budgets.find(transaction, { budget_id: named })) !== undefined) return named;
  throw refuseInDetail(400, { error: `Budget not found, passed budget_id=${named}` });
}

/** The budget that an object has. */
interface CurrentBudget {
  /** Its id; null for none. */
  readonly old: string | null;
  /** Counts the objects of this kind that have a budget. */
  readonly sharing: (transaction: Database, budgetId: string) => Promise<number>;
}

/**
 * The budget that a customer, a tag or a model access group is to have: a named one, a new one, or the one that it has. The limits of a
 * named budget are changed only if it is the one that it has already; else a Refusal points to /budget/update. A shared budget is not changed,
 * but replaced by a new one.
 *
 * out: its id; null for none.
 */
export async function budgetOf(
  parts: StoredParts,
  transaction: Database,
  caller: Caller,
  fields: JsonObject,
  { old, sharing }: CurrentBudget,
): Promise<string | null> {
  const { budget_id: named } = fields;
  const columns = toBudgetColumns(fields, parts.clock.nowMs());
  if (typeof named === 'string' && named !== old) {
    if (Object.values(columns ?? {}).every((limit) => limit === null)) return budgetFor(transaction, named, undefined, '');
    throw refuseInDetail(400, { error: `The limits of budget ${named} are changed at /budget/update` });
  }
  if (columns === undefined) return named === null ? null : old;
  const by = nameOf(caller);
  if (old === null || (await sharing(transaction, old)) > 1) return budgetFor(transaction, undefined, columns, by);
  await tables.budgets.update(transaction, { budget_id: old }, { ...columns, updated_by: by });
  return old;
}
