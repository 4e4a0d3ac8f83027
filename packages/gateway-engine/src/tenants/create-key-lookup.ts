import type { Caller, Clock, KeyFinding, KeyLookup, SpendMark, SpendMeters, TokenClaim, WindowSums } from '../ports/index.ts';
import { findIdentity, findKey, type Database, type Store } from '../store/index.ts';
import { createBudgetLookup } from './budget-lookup.ts';
import { hearChanges, type TenantChange } from './changes.ts';
import { callerOf } from './caller-of.ts';
import { createCustomerLookup, type RowReader } from './customer-lookup.ts';
import { createFindIdentity, readIdentity } from './find-identities.ts';
import { createMappedKeys } from './mapped-keys.ts';
import { registerClaim } from './register-claim.ts';
import { createLiveCache, type CacheLimits, type Looked } from './live-cache.ts';
import { toCaller, type RowRules } from './to-caller.ts';
import { withBudgets } from './with-budgets.ts';
import { toAdminCaller, toIdentityCaller } from './to-identity-caller.ts';

/** What a look-up of keys is made with. */
export interface KeyLookupOptions {
  readonly store: Pick<Store, 'run' | 'listen' | 'transact' | 'notify'>;
  readonly clock: Clock;
  /** Keys with limits that are not built are served all the same. */
  readonly acceptsUnenforced: boolean;
  /** Absent: spend is seen once it was written and read again. */
  readonly meters?: SpendMeters;
  /** Absent: budgets by model are never used up. */
  readonly sums?: WindowSums;
  /** The budget of customers who have none of their own. Default: none. */
  readonly endUserBudgetId?: () => string | undefined;
  /** Milliseconds, default 5,000: within this time a change that LiteLLM or SQL made is seen. Changes of our own are announced. */
  readonly freshMs?: number;
}

const LIMITS: CacheLimits = { freshMs: 5_000, staleMs: 3_600_000, entriesMax: 20_000, missingMax: 10_000 };

/**
 * Makes the look-up of keys in the database, cached while they are in use. A change that one of our instances made is seen at once, any
 * other after `freshMs`. While the database is down, cached keys go on working for an hour.
 */
export function createKeyLookup(options: KeyLookupOptions): KeyLookup {
  const { store, clock, meters, endUserBudgetId = () => undefined, freshMs = LIMITS.freshMs } = options;
  const limits = { ...LIMITS, freshMs };
  const { read, rulesFrom } = createReader(options);
  const callers = createLiveCache<Caller>(
    (keyHash) => read(async (database) => withBudgets(database, await findKey(database, keyHash), clock.nowMs()), toCaller),
    clock,
    limits,
  );
  const customers = createCustomerLookup(read, clock, limits, endUserBudgetId);
  const mapped = createMappedKeys(read, clock, limits);
  const identities = createLiveCache<Caller>(
    (name) => {
      const { identity, teamId } = readIdentity(name);
      return read(
        async (database) => withBudgets(database, await findIdentity(database, { ...identity, teamId }), clock.nowMs()),
        (rows, rules) => toIdentityCaller(identity, rows, rules),
      );
    },
    clock,
    limits,
  );
  const budgets = createBudgetLookup(read, clock, limits);
  const onChange = (change: TenantChange): void => {
    if (change.kind === 'all') meters?.forget();
    else if (change.kind !== 'claim') meters?.forget(change.kind, change.kind === 'key' ? change.keyHash : change.id);
    callers.forget((keyHash, caller) => concerns(change, keyHash, caller));
    identities.forget((_, caller) => concerns(change, undefined, caller));
    customers.forget(change);
    mapped.forget(change);
    budgets.forget(change);
  };
  hearChanges(store, onChange, () => {
    for (const cache of [callers, identities, customers, mapped, budgets]) cache.doubt();
  });
  const find: KeyLookup['find'] = (keyHash) => {
    const looked = callers.get(keyHash);
    return looked instanceof Promise ? looked.then(toKeyFinding) : toKeyFinding(looked);
  };
  const findKeyOf = (looked: Looked<string>): KeyFinding | Promise<KeyFinding> => {
    if (looked.kind === 'down') return { kind: 'database-down' };
    return looked.value === undefined ? { kind: 'unknown' } : find(looked.value);
  };
  const findMapped = (claim: TokenClaim): KeyFinding | Promise<KeyFinding> => {
    const looked = mapped.find(claim);
    return looked instanceof Promise ? looked.then(findKeyOf) : findKeyOf(looked);
  };
  return {
    find,
    findMapped,
    registerMapped: async (claim, owner) =>
      (await registerClaim(store, clock, claim, owner)) ? findMapped(claim) : { kind: 'database-down' },
    findEndUser: customers.find,
    findProxyBudget: budgets.findProxyBudget,
    findTagBudgets: budgets.findTagBudgets,
    findAccessGroupBudgets: budgets.findAccessGroupBudgets,
    findIdentity: createFindIdentity(
      (name) => identities.get(name),
      (identity) => toAdminCaller(identity, rulesFrom(meters?.mark() ?? 0)),
    ),
  };
}

function createReader({ store, clock, acceptsUnenforced, meters, sums }: KeyLookupOptions): RowReader {
  const rulesFrom = (mark: SpendMark): RowRules => ({
    nowMs: clock.nowMs(),
    acceptsUnenforced,
    sums,
    ...(meters !== undefined && { live: (scope, id, row) => meters.budget(mark, scope, id, row) }),
  });
  /** Reads rows and makes callers of them, with the spend that was counted since the reading began. */
  const read = async <Rows, T>(
    query: (database: Database) => Promise<Rows | undefined>,
    toValue: (rows: Rows, rules: RowRules) => T,
  ): Promise<Looked<T>> => {
    const mark = meters?.mark() ?? 0;
    const rows = await store.run(query);
    if (!rows.ok) return { kind: 'down' };
    return { kind: 'value', value: rows.value === undefined ? undefined : toValue(rows.value, rulesFrom(mark)) };
  };
  return { rulesFrom, read };
}

/** A rotated key is cached under its own hash and belongs to the key that replaced it. */
function concerns(change: TenantChange, keyHash: string | undefined, caller: Caller | undefined): boolean {
  switch (change.kind) {
    case 'all':
      return true;
    case 'key':
      return change.keyHash === keyHash || change.keyHash === caller?.keyHash;
    case 'team':
      return change.id === caller?.teamId;
    case 'user':
      return change.id === caller?.userId;
    case 'project':
      return change.id === caller?.projectId;
    case 'organization':
      return change.id === caller?.organizationId;
    case 'claim':
    case 'end_user':
    case 'tag':
    case 'model_access_group':
      return false;
  }
}

function toKeyFinding(looked: Looked<Caller>): KeyFinding {
  if (looked.kind === 'down') return { kind: 'database-down' };
  return looked.value === undefined ? { kind: 'unknown' } : { kind: 'found', caller: callerOf(looked.value, looked.stale) };
}
