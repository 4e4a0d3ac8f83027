import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { STORED_CONFIG_CHANNEL, tables, type Database, type ProxyModelRow } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields, type Fields } from '../read-fields.ts';
import { refuseInDetail } from '../refusal.ts';
import { NO_MONEY, readGroupMoney, type GroupMoney } from './group-money.ts';
import { groupNotFound, groupsOf, listGroupedModels, toTexts } from './grouped-models.ts';

const FIELDS: Fields = { model_names: 'texts', model_ids: 'texts' };

/** POST /access_group/new: makes a name for several models of the database, which keys and teams can be allowed. */
export async function newModelGroup(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { access_group: group, ...fields } = readFields(body, { ...FIELDS, access_group: 'text!' });
  const name = String(group);
  if (name.trim() === '') throw refuseInDetail(400, { error: 'access_group is required and cannot be empty' });
  return put(parts, name, fields, (there) => {
    if (there.length === 0) return;
    const error = `Access group '${name}' already exists. Use PUT /access_group/${name}/update to modify it.`;
    throw refuseInDetail(409, { error });
  });
}

/** PUT /access_group/{access_group}/update: replaces the models of a group. */
export async function updateModelGroup(parts: StoredParts, { body, places }: ManagedCall): Promise<unknown> {
  const name = places['access_group'] ?? '';
  return put(parts, name, readFields(body, FIELDS), (there) => {
    if (there.length === 0) throw groupNotFound(name);
  });
}

async function put(
  parts: StoredParts,
  group: string,
  fields: JsonObject,
  check: (there: readonly ProxyModelRow[]) => void,
): Promise<unknown> {
  const [names, ids] = [toTexts(fields['model_names']), toTexts(fields['model_ids'])];
  if (names.length + ids.length === 0)
    throw refuseInDetail(400, { error: 'Either model_names or model_ids must be provided and non-empty' });
  const updated = await change(parts, async (transaction) => {
    const models = await listGroupedModels(transaction);
    check(models.filter((model) => groupsOf(model).includes(group)));
    // Ids win over names, because a name may stand for several models.
    const isMeant = (model: ProxyModelRow): boolean => (ids.length > 0 ? ids.includes(model.model_id) : names.includes(model.model_name));
    checkKnown(models, ids, names);
    for (const model of models) await setGroup(transaction, model, group, isMeant(model));
    return models.filter(isMeant).length;
  });
  await parts.store.notify(STORED_CONFIG_CHANNEL, group);
  return {
    access_group: group,
    model_names: fields['model_names'] ?? null,
    model_ids: fields['model_ids'] ?? null,
    models_updated: updated,
  };
}

function checkKnown(models: readonly ProxyModelRow[], ids: readonly string[], names: readonly string[]): void {
  const lostId = ids.find((id) => !models.some(({ model_id: there }) => there === id));
  if (lostId !== undefined) throw refuseInDetail(400, { error: `Deployment with model_id '${lostId}' not found in Database.` });
  const lost = ids.length > 0 ? undefined : names.find((name) => !models.some(({ model_name: there }) => there === name));
  if (lost === undefined) return;
  const error = `Can't find model '${lost}' in Database. Access group management is only supported for database models.`;
  throw refuseInDetail(400, { error });
}

/** DELETE /access_group/{access_group}/delete: the models stay, and so does the row of its budget. */
export async function deleteModelGroup(parts: StoredParts, { places }: ManagedCall): Promise<unknown> {
  const name = places['access_group'] ?? '';
  const updated = await change(parts, async (transaction) => {
    const models = (await listGroupedModels(transaction)).filter((model) => groupsOf(model).includes(name));
    if (models.length === 0) throw groupNotFound(name);
    for (const model of models) await setGroup(transaction, model, name, false);
    await tables.accessGroupBudgets.remove(transaction, { access_group_name: name });
    return models.length;
  });
  await announceChange(parts.store, { kind: 'model_access_group', id: name });
  await parts.store.notify(STORED_CONFIG_CHANNEL, name);
  return { access_group: name, models_updated: updated, message: `Access group '${name}' deleted successfully` };
}

/** GET /access_group/list */
export async function listModelGroups(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  const [models, money] = await ask(
    parts,
    async (database) => [await listGroupedModels(database), await readGroupMoney(database)] as const,
  );
  const names = [...new Set(models.flatMap(groupsOf))].toSorted();
  return { access_groups: names.map((name) => toShown(name, models, money.get(name))) };
}

/** GET /access_group/{access_group}/info */
export async function showModelGroup(parts: StoredParts, { places }: ManagedCall): Promise<unknown> {
  const name = places['access_group'] ?? '';
  const [models, money] = await ask(
    parts,
    async (database) => [await listGroupedModels(database), await readGroupMoney(database, name)] as const,
  );
  if (!models.some((model) => groupsOf(model).includes(name))) throw groupNotFound(name);
  return toShown(name, models, money.get(name));
}

function toShown(name: string, models: readonly ProxyModelRow[], money: GroupMoney = NO_MONEY): object {
  const own = models.filter((model) => groupsOf(model).includes(name));
  const names = [...new Set(own.map(({ model_name: model }) => model))].toSorted();
  return { access_group: name, model_names: names, deployment_count: own.length, ...money };
}

async function setGroup(transaction: Database, model: ProxyModelRow, group: string, has: boolean): Promise<void> {
  const old = groupsOf(model);
  if (old.includes(group) === has) return;
  const info = isObject(model.model_info) ? model.model_info : {};
  const groups = has ? [...old, group] : old.filter((name) => name !== group);
  await tables.models.update(transaction, { model_id: model.model_id }, { model_info: { ...info, access_groups: groups } });
}
