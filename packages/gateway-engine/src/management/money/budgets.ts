import type { JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { tables, type BudgetRow } from '../../store/index.ts';
import { announceChange, parseDuration } from '../../tenants/index.ts';
import { BUDGET_FIELDS, toBudgetColumns } from '../budget-fields.ts';
import { nameOf } from '../callers.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuseInDetail, refuseInvalid } from '../refusal.ts';
import { BUDGET_RELATIONS } from '../relations.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** POST /budget/new */
export async function newBudget(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { budget_id: id, ...fields } = readFields(body, { ...BUDGET_FIELDS, budget_id: 'text' });
  checkPeriod(fields);
  const columns = toBudgetColumns(fields, parts.clock.nowMs());
  return ask(parts, async (database) => {
    if (typeof id === 'string' && (await tables.budgets.find(database, { budget_id: id })) !== undefined) {
      throw refuseInDetail(400, { error: `Budget with id '${id}' already exists.` });
    }
    const by = { created_by: nameOf(caller), updated_by: nameOf(caller) };
    return related(await tables.budgets.insert(database, { ...columns, ...(typeof id === 'string' && { budget_id: id }), ...by }));
  });
}

function checkPeriod({ budget_duration: period }: JsonObject): void {
  if (typeof period !== 'string' || period === '' || parseDuration(period) !== undefined) return;
  throw refuseInDetail(400, { error: `Invalid budget_duration '${period}'. Use a format like '1h', '24h', '7d', or '30d'.` });
}

/** POST /budget/update */
export async function updateBudget(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { budget_id: id, ...fields } = readFields(body, { ...BUDGET_FIELDS, budget_id: 'text' });
  if (typeof id !== 'string') throw refuseInDetail(400, { error: 'budget_id is required' });
  checkPeriod(fields);
  const columns = toBudgetColumns(fields, parts.clock.nowMs());
  const [row] = await ask(parts, (database) =>
    tables.budgets.update(database, { budget_id: id }, { ...columns, updated_by: nameOf(caller) }),
  );
  if (row === undefined) throw refuseInDetail(404, { error: `Budget not found, passed budget_id=${id}` });
  await announceChange(parts.store, { kind: 'all' });
  return related(row);
}

function related(row: BudgetRow): object {
  return { ...BUDGET_RELATIONS, ...row };
}

/** POST /budget/info: several budgets by id. */
export async function showBudgets(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { budgets } = readFields(body, { budgets: 'texts!' });
  const ids = Array.isArray(budgets) ? budgets.map(String) : [];
  if (ids.length === 0) throw refuseInDetail(400, { error: "Specify list of budget id's to query. Passed in=[]" });
  const where = { budget_id: { in: ids } };
  return (await ask(parts, (database) => tables.budgets.list(database, where, { sortBy: 'budget_id', limit: ROWS_MAX }))).map(related);
}

/** GET /budget/list */
export async function listBudgets(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  return (await ask(parts, (database) => tables.budgets.list(database, {}, { sortBy: 'created_at', limit: ROWS_MAX }))).map(related);
}

/** The settings that the admin page lists, with their types and descriptions. Source: LiteLLM 1.106.2, budget_settings. */
const SETTINGS = {
  max_budget: ['Float', 'USD that may be spent until the budget starts anew.'],
  soft_budget: ['Float', 'USD above which is warned; calls are served.'],
  max_parallel_requests: ['Integer', 'Max parallel requests allowed for this budget.'],
  tpm_limit: ['Integer', 'Tokens per minute allowed for this budget.'],
  rpm_limit: ['Integer', 'Requests per minute allowed for this budget.'],
  tpd_limit: ['Integer', 'Tokens of batches per day allowed for this budget.'],
  budget_duration: ['String', 'How often the budget starts anew: 30s, 30m, 30h, 30d.'],
  model_max_budget: ['Object', 'Budgets of single models, by name.'],
} as const;

/** GET /budget/settings */
export async function showBudgetSettings(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const id = query.get('budget_id');
  if (id === null) throw refuseInvalid([{ type: 'missing', loc: ['query', 'budget_id'], msg: 'Field required' }]);
  const row = await ask(parts, (database) => tables.budgets.find(database, { budget_id: id }));
  const values = new Map<string, unknown>(Object.entries(row ?? {}));
  return Object.entries(SETTINGS).map(([name, [type, description]]) => {
    const value = values.get(name) ?? null;
    return {
      field_name: name,
      field_type: type,
      field_description: description,
      field_value: value,
      stored_in_db: value !== null,
      field_default_value: null,
      premium_field: false,
      nested_fields: null,
      field_options: null,
      field_tab: null,
      source: value === null ? 'unset' : 'db',
      editable: true,
    };
  });
}

/** POST /budget/delete */
export async function deleteBudget(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { id } = readFields(body, { id: 'text!' });
  const [row] = await ask(parts, (database) => tables.budgets.remove(database, { budget_id: String(id) }));
  // As in the reference, whoever deletes what is not there is told nothing of it.
  if (row === undefined) return null;
  await announceChange(parts.store, { kind: 'all' });
  return row;
}
