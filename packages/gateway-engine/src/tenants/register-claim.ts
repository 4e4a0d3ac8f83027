import { isObject } from '@stagegate/core-transforms';
import type { Clock, ClaimOwner, TokenClaim } from '../ports/index.ts';
import { insertKey, tables, type Database, type Store } from '../store/index.ts';
import { auditKeys } from './audit-row.ts';
import { announceChange } from './changes.ts';
import { nameClaim } from './mapped-keys.ts';
import { makeKey, newKeyRow } from './new-key.ts';

/** Who wrote the rows, as LiteLLM writes it. */
const BY = 'auto_register';
/** A value that exists already: somebody was faster, or the mapping is there and switched off. */
const EXISTS = '23505';
const KEYS_MAX = 1_000;

/**
 * Makes a claim stand for a key from now on: for one of its owner's, where that is asked for and there is one, else for a new one, whose
 * text nobody knows. All rows are written, or none.
 *
 * out:    whether the claim has a row now; false: the database does not do it.
 * source: LiteLLM 1.106.2, user_api_key_auth.py `_auto_register_jwt_mapping`.
 */
export async function registerClaim(
  store: Pick<Store, 'transact' | 'notify'>,
  clock: Clock,
  claim: TokenClaim,
  owner: ClaimOwner,
): Promise<boolean> {
  const { name, value, issuer = '' } = claim;
  const written = await store.transact(async (transaction) => {
    const known = owner.reusesKey ? await findReusable(transaction, owner) : undefined;
    const token = known ?? (await makeRow(transaction, clock, claim, owner));
    const by = { created_by: BY, updated_by: BY };
    await tables.keyMappings.insert(transaction, { jwt_issuer: issuer, jwt_claim_name: name, jwt_claim_value: value, token, ...by });
  });
  if (!written.ok && written.error.code !== EXISTS) return false;
  await announceChange(store, { kind: 'claim', id: nameClaim({ name, value }) });
  return true;
}

async function makeRow(
  transaction: Database,
  clock: Clock,
  { name, value }: TokenClaim,
  { userId, teamId, organizationId, models, allowedRoutes, isAudited }: ClaimOwner,
): Promise<string> {
  const row = newKeyRow(
    {
      user_id: userId ?? null,
      team_id: teamId ?? null,
      organization_id: organizationId ?? null,
      // No model at all is said by a name: an empty list lets a key call every one.
      models: models?.length === 0 ? ['no-default-models'] : [...(models ?? [])],
      allowed_routes: [...allowedRoutes],
      metadata: { auto_registered: true, jwt_claim_field: name, jwt_claim_value: value },
    },
    { key: makeKey(), nowMs: clock.nowMs() },
  );
  const written = await insertKey(transaction, row);
  if (isAudited && written !== undefined) await auditKeys(transaction, 'created', [written], BY);
  return row.token;
}

/** The newest of the owner's keys, in his team or in none, that never expires, calls models, and was not made here. */
async function findReusable(transaction: Database, { userId, teamId }: ClaimOwner): Promise<string | undefined> {
  if (userId === undefined) return undefined;
  const where = { user_id: userId, team_id: teamId ?? null, expires: null, blocked: { not: true } };
  const keys = await tables.keys.list(transaction, where, { sortBy: 'created_at', descending: true, limit: KEYS_MAX });
  return keys.find(({ team_id: team, allowed_routes: routes, metadata }) => {
    const callsModels = routes === null || routes.length === 0 || routes.includes('llm_api_routes');
    return team !== PAGE_TEAM && callsModels && !(isObject(metadata) && metadata['auto_registered'] === true);
  })?.token;
}

/** The team of keys that LiteLLM's own pages are used with. */
const PAGE_TEAM = 'litellm-dashboard';
