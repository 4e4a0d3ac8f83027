import type { JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { tables, type Database, type EndUserRow } from '../../store/index.ts';
import { pythonText } from '../../text/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { BUDGET_FIELDS } from '../budget-fields.ts';
import { budgetOf } from '../own-budget.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields, type Fields } from '../read-fields.ts';
import { readText } from '../read-query.ts';
import { refuse, refuseInDetail, type Refusal } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { refuseUnbuilt } from '../unbuilt.ts';
import { withBudgets } from '../with-budgets.ts';

const FIELDS: Fields = {
  ...BUDGET_FIELDS,
  user_id: 'text!',
  alias: 'text',
  blocked: 'flag',
  spend: 'number',
  allowed_model_region: 'text',
  default_model: 'text',
  models: 'texts',
  budget_id: 'text',
};

/** POST /customer/new */
export async function newCustomer(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  refuseUnbuilt(body);
  const fields = readFields(body, FIELDS);
  const id = String(fields['user_id']);
  const row = await change(parts, async (transaction) => {
    if ((await tables.endUsers.find(transaction, { user_id: id })) !== undefined) {
      const message = `Customer already exists, passed user_id=${id}. Please pass a new user_id.`;
      throw refuse(400, message, 'bad_request_error', 'user_id');
    }
    const budgetId = await budgetOf(parts, transaction, caller, fields, { old: null, sharing });
    const made = await tables.endUsers.insert(transaction, { models: [], ...toColumns(fields), user_id: id, budget_id: budgetId });
    return related((await withBudgets(transaction, [made]))[0]);
  });
  await announceChange(parts.store, { kind: 'end_user', id });
  return row;
}

/** POST /customer/update */
export async function updateCustomer(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  refuseUnbuilt(body);
  const fields = readFields(body, FIELDS);
  const id = String(fields['user_id']);
  const row = await change(parts, async (transaction) => {
    const found = await tables.endUsers.find(transaction, { user_id: id });
    if (found === undefined) throw notFound(id, 'user_id');
    const budgetId = await budgetOf(parts, transaction, caller, fields, { old: found.budget_id, sharing });
    const [changed] = await tables.endUsers.update(transaction, { user_id: id }, { ...toColumns(fields), budget_id: budgetId });
    return related((await withBudgets(transaction, [changed ?? found]))[0]);
  });
  await announceChange(parts.store, { kind: 'end_user', id });
  return row;
}

function sharing(transaction: Database, budgetId: string): Promise<number> {
  return tables.endUsers.count(transaction, { budget_id: budgetId });
}

/** The columns that were sent; null empties a text or the list of models. */
function toColumns(fields: JsonObject): Partial<EndUserRow> {
  const { blocked, spend, models } = fields;
  const texts = (['alias', 'allowed_model_region', 'default_model'] as const).flatMap((name) =>
    fields[name] === undefined ? [] : [[name, fields[name]] as const],
  );
  return {
    ...Object.fromEntries(texts),
    ...(blocked !== undefined && { blocked: blocked === true }),
    ...(typeof spend === 'number' && { spend }),
    ...(models !== undefined && { models: Array.isArray(models) ? models.map(String) : [] }),
  };
}

/** A customer as he is shown: permissions on objects are not built. */
function related(row: object | undefined): object {
  return { object_permission: null, ...row };
}

function notFound(id: string, param: string): Refusal {
  return refuse(404, `End User Id=${id} does not exist in db`, 'not_found', param);
}

/** GET /customer/info */
export async function showCustomer(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const id = readText(query, 'end_user_id');
  if (id === undefined) throw refuseInDetail(422, [{ type: 'missing', loc: ['query', 'end_user_id'], msg: 'Field required' }]);
  return ask(parts, async (database) => {
    const row = await tables.endUsers.find(database, { user_id: id });
    if (row === undefined) throw notFound(id, 'end_user_id');
    return related((await withBudgets(database, [row]))[0]);
  });
}

/** GET /customer/list */
export async function listCustomers(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  const rows = await ask(parts, async (database) =>
    withBudgets(database, await tables.endUsers.list(database, {}, { sortBy: 'user_id', limit: ROWS_MAX })),
  );
  return rows.map(related);
}

/** POST /customer/delete */
export async function deleteCustomers(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { user_ids: listed } = readFields(body, { user_ids: 'texts!' });
  const ids = Array.isArray(listed) ? listed.map(String) : [];
  const gone = await change(parts, async (transaction) => {
    const removed = ids.length === 0 ? [] : await tables.endUsers.remove(transaction, { user_id: { in: ids } });
    const missing = ids.filter((id) => !removed.some(({ user_id: there }) => there === id));
    if (missing.length > 0) throw refuse(404, `End User Id(s)=${missing.join(', ')} do not exist in db`, 'not_found', 'user_ids');
    return removed.length;
  });
  for (const id of ids) await announceChange(parts.store, { kind: 'end_user', id });
  return { deleted_customers: gone, message: `Successfully deleted customers with ids: [${ids.map(pythonText).join(', ')}]` };
}

/** POST /customer/block: unknown customers get a row, so that they are blocked from their first call on. */
export async function blockCustomers(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const ids = readIds(body);
  const rows = await change(parts, async (transaction) => {
    const blocked: EndUserRow[] = [];
    for (const id of ids) {
      const [row] = await tables.endUsers.update(transaction, { user_id: id }, { blocked: true });
      blocked.push(row ?? (await tables.endUsers.insert(transaction, { user_id: id, blocked: true, models: [] })));
    }
    return blocked;
  });
  for (const id of ids) await announceChange(parts.store, { kind: 'end_user', id });
  return { blocked_users: rows };
}

/** POST /customer/unblock */
export async function unblockCustomers(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const ids = readIds(body);
  const rows = await ask(parts, (database) => tables.endUsers.update(database, { user_id: { in: ids } }, { blocked: false }));
  for (const id of ids) await announceChange(parts.store, { kind: 'end_user', id });
  return { blocked_users: rows };
}

function readIds(body: JsonObject): readonly string[] {
  const { user_ids: listed } = readFields(body, { user_ids: 'texts!' });
  return Array.isArray(listed) ? listed.map(String) : [];
}
