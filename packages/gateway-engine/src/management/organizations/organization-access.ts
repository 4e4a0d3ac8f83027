import type { Caller } from '../../ports/index.ts';
import { tables, type OrganizationRow } from '../../store/index.ts';
import { isAdmin, mayViewAll } from '../callers.ts';
import { ask, type StoredParts } from '../parts.ts';
import { refuseInDetail } from '../refusal.ts';

/** An organisation that the caller administers. To non-admins a missing one is refused like one that is not theirs. */
export function reachOrganization(parts: StoredParts, caller: Caller, id: string): Promise<OrganizationRow> {
  return findFor(parts, id, isAdmin(caller) || caller.adminOf.includes(id));
}

/** An organisation that the caller may see. */
export function seeOrganization(parts: StoredParts, caller: Caller, id: string): Promise<OrganizationRow> {
  return findFor(parts, id, mayViewAll(caller) || caller.adminOf.includes(id));
}

async function findFor(parts: StoredParts, id: string, allowed: boolean): Promise<OrganizationRow> {
  if (!allowed) throw refuseInDetail(403, 'You do not have access to this organization');
  const found = await ask(parts, (database) => tables.organizations.find(database, { organization_id: id }));
  if (found === undefined) throw refuseInDetail(404, { error: `Organization not found for organization_id=${id}` });
  return found;
}
