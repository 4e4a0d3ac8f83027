import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { deleteKeys, tables } from '../../store/index.ts';
import { announceChange } from '../../tenants/index.ts';
import { toBudgetColumns } from '../budget-fields.ts';
import { isAdmin, nameOf } from '../callers.ts';
import { budgetFor } from '../own-budget.ts';
import { change, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuseInDetail } from '../refusal.ts';
import { ROWS_MAX } from '../rows-max.ts';
import { removeTeams } from '../teams/remove-teams.ts';
import { refuseUnbuilt } from '../unbuilt.ts';
import { withBudgets } from '../with-budgets.ts';
import { reachOrganization } from './organization-access.ts';
import { ORGANIZATION_ADMIN_FIELDS, ORGANIZATION_FIELDS, toOrganizationColumns } from './organization-fields.ts';
import { withMembers } from './show-organizations.ts';

/** POST /organization/new: with a budget of its own unless one is named. Source of messages: LiteLLM 1.106.2, new_organization. */
export async function newOrganization(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  refuseUnbuilt(body);
  const fields = readFields(body, { ...ORGANIZATION_FIELDS, organization_alias: 'text!', organization_id: 'text', budget_id: 'text' });
  const { organization_id: id, budget_id: named } = fields;
  const limits = toBudgetColumns(fields, parts.clock.nowMs());
  const by = { created_by: nameOf(caller), updated_by: nameOf(caller) };
  const row = await change(parts, async (transaction) => {
    if (typeof id === 'string' && (await tables.organizations.find(transaction, { organization_id: id })) !== undefined) {
      throw refuseInDetail(400, { error: `Organization with id '${id}' already exists.` });
    }
    const budgetId = await budgetFor(transaction, named, limits, nameOf(caller));
    const made = await tables.organizations.insert(transaction, {
      models: [],
      ...toOrganizationColumns(fields, {}),
      organization_id: typeof id === 'string' ? id : randomUUID(),
      organization_alias: String(fields['organization_alias']),
      budget_id: budgetId,
      ...by,
    });
    return (await withBudgets(transaction, [made]))[0];
  });
  return row;
}

/** PATCH /organization/update */
export async function updateOrganization(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const { organization_id: id, ...fields } = readFields(flattened(call.body), { ...ORGANIZATION_FIELDS, organization_id: 'text' });
  if (typeof id !== 'string') throw refuseInDetail(400, { error: 'organization_id is required' });
  return changeOrganization(parts, call, id, fields);
}

/** PATCH /v2/organization/{organization_id} */
export async function patchOrganization(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const fields = readFields(call.body, ORGANIZATION_FIELDS);
  if (fields['organization_alias'] === null) throw refuseInDetail(422, { error: 'organization_alias cannot be cleared; it is required' });
  if (fields['models'] === null) throw refuseInDetail(422, { error: 'models cannot be set to null; send [] to clear it' });
  return changeOrganization(parts, call, call.places['organization_id'] ?? '', fields);
}

/** The body with the budget's members in it: the admin page sends the budget as an object of its own. */
function flattened({ litellm_budget_table: budget, ...body }: JsonObject): JsonObject {
  return isObject(budget) ? { ...body, ...budget } : body;
}

async function changeOrganization(parts: StoredParts, { caller, body }: ManagedCall, id: string, fields: JsonObject): Promise<unknown> {
  refuseUnbuilt(body);
  const limits = toBudgetColumns(fields, parts.clock.nowMs());
  const found = await reachOrganization(parts, caller, id);
  const other = Object.keys(fields).find((name) => !ORGANIZATION_ADMIN_FIELDS.has(name));
  if (!isAdmin(caller) && other !== undefined) {
    throw refuseInDetail(403, { error: `Organization admins cannot change \`${other}\`. Ask a proxy admin.` });
  }
  const by = nameOf(caller);
  const shown = await change(parts, async (transaction) => {
    if (limits !== undefined) await tables.budgets.update(transaction, { budget_id: found.budget_id }, { ...limits, updated_by: by });
    const columns = toOrganizationColumns(fields, isObject(found.metadata) ? found.metadata : {});
    const rows = await tables.organizations.update(transaction, { organization_id: id }, { ...columns, updated_by: by });
    return (await withMembers(transaction, rows))[0];
  });
  // Others may share its budget.
  await announceChange(parts.store, limits === undefined ? { kind: 'organization', id } : { kind: 'all' });
  return shown;
}

/** DELETE /organization/delete: with its teams and keys, whose rows are kept as deleted. */
export async function deleteOrganizations(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { organization_ids: listed } = readFields(body, { organization_ids: 'texts!' });
  const ids = Array.isArray(listed) ? listed.map(String) : [];
  const by = nameOf(caller);
  const gone = await change(parts, async (transaction) => {
    const rows =
      ids.length === 0
        ? []
        : await tables.organizations.list(transaction, { organization_id: { in: ids } }, { sortBy: 'created_at', limit: ROWS_MAX });
    const missing = ids.find((id) => !rows.some(({ organization_id: there }) => there === id));
    if (missing !== undefined) throw refuseInDetail(404, { error: `Organization=${missing} not found` });
    const shown = await withMembers(transaction, rows);
    for (const { organization_id: id, teams } of shown) {
      const keys = await tables.keys.list(transaction, { organization_id: id }, { sortBy: 'token', limit: ROWS_MAX });
      await deleteKeys(
        transaction,
        keys.map(({ token }) => token),
        by,
      );
      await removeTeams(transaction, teams, by);
      await tables.organizationMemberships.remove(transaction, { organization_id: id });
      await tables.organizations.remove(transaction, { organization_id: id });
    }
    return shown;
  });
  // Any key may have belonged to them.
  if (gone.length > 0) await announceChange(parts.store, { kind: 'all' });
  return gone;
}
