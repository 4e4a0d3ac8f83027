import type { JsonValue } from '@stagegate/core-transforms';
import { tables, type BudgetRow, type Database } from '../store/index.ts';
import { refuseInDetail } from './refusal.ts';

/** The budget of something new: the one that is named, or one of its own with the limits that were sent. out: its id. */
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
