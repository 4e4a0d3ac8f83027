import type { JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { tables, type BudgetRow, type Database } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { nameOf } from '../callers.ts';
import { budgetOf } from '../own-budget.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields, refuseOthers, type Fields } from '../read-fields.ts';
import { refuseInDetail, refuseInvalid } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { withBudgets } from '../with-budgets.ts';
import { groupNotFound, groupsOf, listGroupedModels } from './grouped-models.ts';

/** What calls to a model access group have cost, in USD, and the budget for them. */
export interface GroupMoney {
  readonly spend: number;
  readonly budget: Pick<BudgetRow, 'budget_id' | 'max_budget' | 'soft_budget' | 'budget_duration' | 'budget_reset_at'> | null;
}

/** The money of a group without a row. */
export const NO_MONEY: GroupMoney = { spend: 0, budget: null };

const LIMITS: Fields = { max_budget: 'number', soft_budget: 'number', budget_duration: 'text' };
const FIELDS: Fields = { ...LIMITS, budget_id: 'text' };

/** GET /access_group/{access_group}/budget */
export async function showGroupBudget(parts: StoredParts, { places }: ManagedCall): Promise<unknown> {
  const name = places['access_group'] ?? '';
  return ask(parts, async (database) => {
    await checkGroup(database, name);
    return showMoney(database, name);
  });
}

/** PUT /access_group/{access_group}/budget: members that are not sent stay as they are. */
export async function setGroupBudget(parts: StoredParts, { caller, body, places }: ManagedCall): Promise<unknown> {
  const name = places['access_group'] ?? '';
  const limits = readLimits(body);
  const by = nameOf(caller);
  const shown = await change(parts, async (transaction) => {
    await checkGroup(transaction, name);
    const found = await tables.accessGroupBudgets.find(transaction, { access_group_name: name });
    const old = found?.budget_id ?? null;
    const columns = { budget_id: await budgetOf(parts, transaction, caller, limits, { old, sharing }), updated_by: by };
    if (found === undefined) await tables.accessGroupBudgets.insert(transaction, { ...columns, access_group_name: name, created_by: by });
    else await tables.accessGroupBudgets.update(transaction, { access_group_name: name }, columns);
    return showMoney(transaction, name);
  });
  await announceChange(parts.store, { kind: 'model_access_group', id: name });
  return shown;
}

/** DELETE /access_group/{access_group}/budget: the budget's own row stays, because others may share it. */
export async function deleteGroupBudget(parts: StoredParts, { places }: ManagedCall): Promise<unknown> {
  const name = places['access_group'] ?? '';
  const [row] = await change(parts, async (transaction) => {
    await checkGroup(transaction, name);
    return tables.accessGroupBudgets.remove(transaction, { access_group_name: name });
  });
  await announceChange(parts.store, { kind: 'model_access_group', id: name });
  const message =
    row === undefined ? `Access group '${name}' has no budget to delete` : `Budget for access group '${name}' deleted successfully`;
  return { access_group: name, budget_deleted: row !== undefined, message };
}

/** Spend and budget by group name: of all groups, or of the one named. Groups without a row are not in the map. */
export async function readGroupMoney(database: Database, group?: string): Promise<ReadonlyMap<string, GroupMoney>> {
  const where = group === undefined ? {} : { access_group_name: group };
  const rows = await tables.accessGroupBudgets.list(database, where, { sortBy: 'access_group_name', limit: ROWS_MAX });
  const withTheirs = await withBudgets(database, rows);
  return new Map(
    withTheirs.map(({ access_group_name: name, spend, litellm_budget_table: budget }) => [name, { spend, budget: toShown(budget) }]),
  );
}

function toShown(budget: BudgetRow | null): GroupMoney['budget'] {
  if (budget === null) return null;
  const { budget_id, max_budget, soft_budget, budget_duration, budget_reset_at } = budget;
  return { budget_id, max_budget, soft_budget, budget_duration, budget_reset_at };
}

async function showMoney(database: Database, name: string): Promise<object> {
  return { access_group: name, ...((await readGroupMoney(database, name)).get(name) ?? NO_MONEY) };
}

/** Reads the limits of a budget. Groups have no limits but money, so any other member is refused; null counts as not sent. */
function readLimits(body: JsonObject): JsonObject {
  refuseOthers(body, FIELDS);
  const limits = Object.fromEntries(Object.entries(readFields(body, FIELDS)).filter(([, value]) => value !== null));
  const negative = Object.keys(LIMITS).filter((name) => Number(limits[name]) < 0);
  if (negative.length > 0) {
    const msg = 'Input should be greater than or equal to 0';
    throw refuseInvalid(negative.map((name) => ({ type: 'greater_than_equal', loc: ['body', name], msg })));
  }
  if (Object.keys(limits).length > 0) return limits;
  throw refuseInDetail(400, { error: 'One of max_budget, soft_budget, budget_duration or budget_id is required' });
}

function sharing(transaction: Database, budgetId: string): Promise<number> {
  return tables.accessGroupBudgets.count(transaction, { budget_id: budgetId });
}

async function checkGroup(database: Database, name: string): Promise<void> {
  const models = await listGroupedModels(database);
  if (!models.some((model) => groupsOf(model).includes(name))) throw groupNotFound(name);
}
