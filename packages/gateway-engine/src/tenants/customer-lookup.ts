import type { Clock, EndUserAsked, EndUserFinding, EndUserGrants, KeyLookup, SpendMark } from '../ports/index.ts';
import { findEndUser, hasLimitedEndUsers, isUser, type Database } from '../store/index.ts';
import type { TenantChange } from './changes.ts';
import { createLiveCache, type CacheLimits, type Looked } from './live-cache.ts';
import { toEndUser, type RowRules } from './to-caller.ts';

/** The id of the only entry of a cache that holds one. */
export const ANY = 'any';

/** How rows are read, and the rules by which they become callers. */
export interface RowReader {
  readonly rulesFrom: (mark: SpendMark) => RowRules;
  readonly read: <Rows, T>(
    query: (database: Database) => Promise<Rows | undefined>,
    toValue: (rows: Rows, rules: RowRules) => T,
  ) => Promise<Looked<T>>;
}

/** Looks customers up, as far as they have limits or have to be known. */
export interface CustomerLookup {
  readonly find: KeyLookup['findEndUser'];
  readonly forget: (change: TenantChange) => void;
  readonly doubt: () => void;
}

/** Makes the cached look-up of customers. `endUserBudgetId`: the budget of those who have none of their own. */
export function createCustomerLookup(
  read: RowReader['read'],
  clock: Clock,
  limits: CacheLimits,
  endUserBudgetId: () => string | undefined,
): CustomerLookup {
  const endUsers = createLiveCache<EndUserGrants>(
    (name) => {
      const { id, budgetIds } = readCustomer(name);
      return read((database) => findEndUser(database, id, budgetIds), toEndUser);
    },
    clock,
    limits,
  );
  // Clients can name any number of customers. Where none of them has a limit, none is looked up.
  const limitedEndUsers = createLiveCache<boolean>(() => read(hasLimitedEndUsers, (limited) => limited), clock, limits);
  const knownUsers = createLiveCache<boolean>(
    (id) =>
      read(
        async (database) => ((await isUser(database, id)) ? true : undefined),
        (known) => known,
      ),
    clock,
    limits,
  );
  const lookUpEndUser = (id: string, asked?: EndUserAsked): EndUserFinding | Promise<EndUserFinding> => {
    const looked = endUsers.get(nameCustomer(id, [asked?.budgetId, endUserBudgetId()]));
    return looked instanceof Promise ? looked.then(toEndUserFinding) : toEndUserFinding(looked);
  };
  /** Finds a customer who has to be known. The id of a user is known, too, and has no limits as a customer. */
  const lookUpKnown = async (id: string, asked: EndUserAsked): Promise<EndUserFinding> => {
    const finding = await lookUpEndUser(id, asked);
    if (finding.kind !== 'unknown' || (asked.budgetId ?? endUserBudgetId()) !== undefined) return finding;
    const user = await knownUsers.get(id);
    if (user.kind === 'down') return { kind: 'database-down' };
    return user.value === true ? finding : { kind: 'nobody' };
  };
  return {
    find: (id, asked) => {
      if (asked?.known === true) return lookUpKnown(id, asked);
      if ((asked?.budgetId ?? endUserBudgetId()) !== undefined) return lookUpEndUser(id, asked);
      const limited = limitedEndUsers.get(ANY);
      const judge = (looked: Looked<boolean>): EndUserFinding | Promise<EndUserFinding> =>
        looked.kind === 'value' && looked.value !== true ? { kind: 'unknown' } : lookUpEndUser(id);
      return limited instanceof Promise ? limited.then(judge) : judge(limited);
    },
    forget: (change) => {
      endUsers.forget((name) => change.kind === 'all' || (change.kind === 'end_user' && change.id === readCustomer(name).id));
      knownUsers.forget(() => change.kind === 'all' || change.kind === 'user');
      limitedEndUsers.forget(() => change.kind === 'all' || change.kind === 'end_user');
    },
    doubt: () => {
      for (const cache of [endUsers, knownUsers, limitedEndUsers]) cache.doubt();
    },
  };
}

/** The cache's name for a customer: his id, and the default budgets that apply to him. */
function nameCustomer(id: string, budgetIds: readonly (string | undefined)[]): string {
  return JSON.stringify([id, ...budgetIds.filter((budgetId) => budgetId !== undefined)]);
}

function readCustomer(name: string): { readonly id: string; readonly budgetIds: readonly string[] } {
  const [id = '', ...budgetIds] = JSON.parse(name) as readonly string[];
  return { id, budgetIds };
}

function toEndUserFinding(looked: Looked<EndUserGrants>): EndUserFinding {
  if (looked.kind === 'down') return { kind: 'database-down' };
  return looked.value === undefined ? { kind: 'unknown' } : { kind: 'found', endUser: looked.value };
}
