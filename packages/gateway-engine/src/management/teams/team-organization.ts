import type { JsonObject } from '@stagegate/core-transforms';
import { tables, type TeamRow } from '../../store/index.ts';
import { pythonNumber } from '../../text/index.ts';
import { ask, type StoredParts } from '../parts.ts';
import { refuse, refuseInDetail } from '../refusal.ts';
import { withBudgets } from '../with-budgets.ts';
import { membersOf } from '../callers.ts';

/**
 * Refuses a team with more models, budget or rate limits than its organisation has. Unless an admin of the proxy moves it, the members of
 * a moved team must also be members of the organisation.
 *
 * in: `team` as it is, undefined for a new one; `fields`, the changes to it.
 */
export async function checkTeamOrganization(
  parts: StoredParts,
  fields: JsonObject,
  team: TeamRow | undefined,
  byAdmin: boolean,
): Promise<void> {
  const sent = fields['organization_id'];
  const id = sent === undefined ? (team?.organization_id ?? null) : sent;
  if (typeof id !== 'string') return;
  const [organization] = await ask(parts, async (database) => {
    const found = await tables.organizations.find(database, { organization_id: id });
    return found === undefined ? [] : withBudgets(database, [found]);
  });
  if (organization === undefined) throw refuse(400, `Organization not found for organization_id=${id}`);
  const moved = team === undefined || team.organization_id !== id;
  const asked = moved ? { ...team, ...fields } : fields;
  checkModels(asked['models'], organization, moved && team !== undefined);
  for (const name of ['max_budget', 'tpm_limit', 'rpm_limit'] as const) {
    const [wanted, limit] = [asked[name], organization.litellm_budget_table?.[name] ?? undefined];
    if (typeof wanted === 'number' && limit !== undefined && wanted > limit) {
      // Budgets are floats in the reference, the other limits are not.
      const print = name === 'max_budget' ? pythonNumber : String;
      const error = `Team ${name} (${print(wanted)}) exceeds organization's ${name} (${print(limit)}). Organization: ${id}`;
      throw refuseInDetail(400, { error });
    }
  }
  if (moved && team !== undefined && !byAdmin) await checkMembers(parts, team, id);
}

function checkModels(
  models: unknown,
  { organization_id: id, models: allowed }: { readonly organization_id: string; readonly models: readonly string[] | null },
  moved: boolean,
): void {
  if (allowed === null || allowed.length === 0 || allowed.includes('all-proxy-models')) return;
  const named = Array.isArray(models) ? models.map(String) : [];
  if (named.length === 0 && moved) {
    const error = 'Cannot move team to organization. Team has access to all proxy models, but the organization does not.';
    throw refuseInDetail(403, { error });
  }
  const other = named.find((model) => !allowed.includes(model));
  if (other === undefined) return;
  const list = JSON.stringify(allowed);
  const error = `Model '${other}' not in organization's allowed models. Organization allowed models=${list}. Organization: ${id}`;
  throw refuseInDetail(400, { error });
}

async function checkMembers(parts: StoredParts, team: TeamRow, id: string): Promise<void> {
  const ids = membersOf(team).flatMap(({ user_id: userId }) => (userId === null ? [] : [userId]));
  const known = await ask(parts, (database) =>
    tables.organizationMemberships.list(database, { organization_id: id, user_id: { in: ids } }, { sortBy: 'user_id', limit: ids.length }),
  );
  const other = ids.filter((userId) => !known.some(({ user_id: there }) => there === userId));
  if (other.length === 0) return;
  const error = `Cannot move team to organization. Team has user_id ${JSON.stringify(other)} that is not a member of the organization.`;
  throw refuseInDetail(403, { error });
}
