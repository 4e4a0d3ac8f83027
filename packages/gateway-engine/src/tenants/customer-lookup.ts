import type { Clock, EndUserAsked, EndUserFinding, EndUserGrants, KeyLookup, SpendMark } from '../ports/index.ts';
import { findEndUser, hasLimitedEndUsers, isUser, type Database } from '../store/index.ts';
import type { TenantChange } from './changes.ts';
import { createLiveCache, type CacheLimits, type Looked } from './live-cache.ts';
import { toEndUser, type RowRules } from './to-caller.ts';

/** The one question of a cache that has but one. */
export const ANY = 'any';

/** Reads rows, and says how what they say is to be read. */
export interface RowReader {
  readonly rulesFrom: (mark: SpendMark) => RowRules;
  readonly read: <Rows, T>(
    query: (database: Database) => Promise<Rows | undefined>,
    toValue: (rows: Rows, rules: RowRules) => T,
  ) => Promise<Looked<T>>;
}

/** Customers, as far as they are limited or have to be known. */
export interface CustomerLookup {
  readonly find: KeyLookup['findEndUser'];
  readonly forget: (change: TenantChange) => void;
  readonly doubt: () => void;
}

/** Looks customers up, each once while he is in use. `endUserBudgetId`: of everybody who has no budget of his own. */
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
  // Clients name as many customers as they like: where none is limited, none is looked up.
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
  /** Whoever is a user is one whom nothing limits as a customer. */
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

/** What a customer is kept under: himself, and the budgets that he has where he has none of his own. */
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
