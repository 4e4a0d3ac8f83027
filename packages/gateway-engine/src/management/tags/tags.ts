import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { STORED_CONFIG_CHANNEL, tables, type Database, type ProxyModelRow, type TagRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { BUDGET_FIELDS } from '../budget-fields.ts';
import { nameOf } from '../callers.ts';
import { budgetOf } from '../own-budget.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields, type Fields } from '../read-fields.ts';
import { refuseInDetail } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { withBudgets } from '../with-budgets.ts';

const FIELDS: Fields = {
  name: 'text!',
  description: 'text',
  models: 'texts',
  max_budget: 'number',
  soft_budget: 'number',
  budget_duration: 'text',
  budget_id: 'text',
};

/** POST /tag/new: the deployments that it names serve calls with this tag, if routing by tags is on. */
export async function newTag(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const fields = readTag(body);
  const { name, models, limits } = fields;
  const row = await change(parts, async (transaction) => {
    if ((await tables.tags.find(transaction, { tag_name: name })) !== undefined) throw refuseInDetail(400, `Tag ${name} already exists`);
    const chosen = await tagModels(transaction, name, models);
    const budgetId = await budgetOf(parts, transaction, caller, limits, { old: null, sharing });
    const columns = { ...toColumns(fields, chosen), budget_id: budgetId };
    return tables.tags.insert(transaction, { ...columns, tag_name: name, created_by: nameOf(caller) });
  });
  await announceChange(parts.store, { kind: 'tag', id: name });
  if (models.length > 0) await parts.store.notify(STORED_CONFIG_CHANNEL, name);
  return { message: `Tag ${name} created successfully`, tag: shown(row) };
}

/** POST /tag/update: as in the reference, members that are not sent are emptied, but for the budget. */
export async function updateTag(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const fields = readTag(body);
  const { name, models, limits } = fields;
  const row = await change(parts, async (transaction) => {
    const found = await tables.tags.find(transaction, { tag_name: name });
    if (found === undefined) throw refuseInDetail(404, `Tag ${name} not found`);
    const chosen = await modelsOf(transaction, models);
    const budgetId = await budgetOf(parts, transaction, caller, limits, { old: found.budget_id, sharing });
    const [changed] = await tables.tags.update(transaction, { tag_name: name }, { ...toColumns(fields, chosen), budget_id: budgetId });
    return changed ?? found;
  });
  await announceChange(parts.store, { kind: 'tag', id: name });
  return { message: `Tag ${name} updated successfully`, tag: shown(row) };
}

interface Tag {
  readonly name: string;
  readonly description: string | null;
  readonly models: readonly string[];
  /** The members of its budget that were sent. */
  readonly limits: JsonObject;
}

/** Reads a tag. Only spend is limited by tag, so other limits are refused: nothing would enforce them. */
function readTag(body: JsonObject): Tag {
  const limit = Object.keys(BUDGET_FIELDS).find((name) => FIELDS[name] === undefined && (body[name] ?? null) !== null);
  if (limit !== undefined) throw refuseInDetail(400, `${limit} of tags is not built in Stagegate`);
  const { name, description, models, ...limits } = readFields(body, FIELDS);
  return {
    name: String(name),
    description: typeof description === 'string' ? description : null,
    models: Array.isArray(models) ? models.map(String) : [],
    limits,
  };
}

function sharing(transaction: Database, budgetId: string): Promise<number> {
  return tables.tags.count(transaction, { budget_id: budgetId });
}

function toColumns({ description, models }: Tag, chosen: readonly ProxyModelRow[]): Partial<TagRow> {
  const byId = chosen.filter(({ model_id: id }) => models.includes(id)).map(({ model_id: id, model_name: name }) => [id, name] as const);
  return { description, models: [...models], model_info: Object.fromEntries(byId) };
}

/** The database's models that are named by id or by model group. */
async function modelsOf(database: Database, named: readonly string[]): Promise<readonly ProxyModelRow[]> {
  if (named.length === 0) return [];
  const where = [{ model_id: { in: named } }, { model_name: { in: named } }];
  return tables.models.list(database, where, { sortBy: 'model_id', limit: ROWS_MAX });
}

async function tagModels(transaction: Database, tag: string, named: readonly string[]): Promise<readonly ProxyModelRow[]> {
  const chosen = await modelsOf(transaction, named);
  const missing = named.find((model) => !chosen.some(({ model_id: id, model_name: name }) => id === model || name === model));
  if (missing !== undefined) throw refuseInDetail(404, `Model ${missing} not found in database`);
  for (const { model_id: id, litellm_params: params } of chosen) {
    const old = isObject(params) ? params : {};
    const tags = Array.isArray(old['tags']) ? old['tags'] : [];
    if (tags.includes(tag)) continue;
    await tables.models.update(transaction, { model_id: id }, { litellm_params: { ...old, tags: [...tags, tag] } });
  }
  return chosen;
}

/** POST /tag/info */
export async function showTags(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { names: listed } = readFields(body, { names: 'texts!' });
  const names = Array.isArray(listed) ? listed.map(String) : [];
  const tags = await ask(parts, (database) => listShown(database, { tag_name: { in: names } }));
  const missing = names.filter((name) => !tags.some((tag) => tag.name === name));
  if (missing.length > 0) throw refuseInDetail(404, `Tags not found: ${JSON.stringify(missing)}`);
  return Object.fromEntries(tags.map((tag) => [tag.name, tag]));
}

/** GET /tag/list */
export async function listTags(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  return ask(parts, (database) => listShown(database, {}));
}

async function listShown(database: Database, where: Parameters<typeof tables.tags.list>[1]): Promise<readonly ShownTag[]> {
  const rows = await withBudgets(database, await tables.tags.list(database, where, { sortBy: 'created_at', limit: ROWS_MAX }));
  return rows.map(({ litellm_budget_table: budget, ...row }) => ({
    ...shown(row),
    ...(budget !== null && { litellm_budget_table: budget }),
  }));
}

/** POST /tag/delete: deployments keep the tag. */
export async function deleteTag(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { name } = readFields(body, { name: 'text!' });
  const [row] = await ask(parts, (database) => tables.tags.remove(database, { tag_name: String(name) }));
  if (row === undefined) throw refuseInDetail(404, `Tag ${String(name)} not found`);
  await announceChange(parts.store, { kind: 'tag', id: row.tag_name });
  return { message: `Tag ${row.tag_name} deleted successfully` };
}

interface ShownTag extends Omit<TagRow, 'tag_name' | 'spend' | 'budget_id'> {
  readonly name: string;
}

function shown({ tag_name: name, spend: _spend, budget_id: _budget, ...row }: TagRow): ShownTag {
  return { name, ...row };
}
