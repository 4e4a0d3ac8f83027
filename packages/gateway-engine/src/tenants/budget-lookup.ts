import type { AccessGroupBudgets, Budget, Clock, KeyLookup, TagBudgets } from '../ports/index.ts';
import { findAccessGroupBudgets, findProxySpend, findTagBudgets, PROXY_BUDGET_USER, type NamedBudgetRow } from '../store/index.ts';
import type { TenantChange } from './changes.ts';
import { ANY, type RowReader } from './customer-lookup.ts';
import { createLiveCache, type CacheLimits, type LiveCache, type Looked } from './live-cache.ts';
import { AS_READ, type RowRules } from './to-caller.ts';

/** Looks up the budgets that belong to neither a key nor a customer. */
export interface BudgetLookup extends Required<Pick<KeyLookup, 'findProxyBudget' | 'findTagBudgets' | 'findAccessGroupBudgets'>> {
  readonly forget: (change: TenantChange) => void;
  /** Changes may have been missed: everything is read again when it is next needed. */
  readonly doubt: () => void;
}

/**
 * Makes the look-up: the budgets of the whole proxy, of all tags and of all model access groups. Each is one query whose answer is cached.
 */
export function createBudgetLookup(read: RowReader['read'], clock: Clock, limits: CacheLimits): BudgetLookup {
  const ofProxy = createLiveCache<Budget>(
    () => read(findProxySpend, (spend, { live = AS_READ }) => live('user', PROXY_BUDGET_USER, { spend, max: undefined })),
    clock,
    limits,
  );
  const ofTags = createLiveCache<TagBudgets>(() => read(findTagBudgets, toBudgets('tag')), clock, limits);
  const ofGroups = createLiveCache<AccessGroupBudgets>(() => read(findAccessGroupBudgets, toBudgets('model_access_group')), clock, limits);
  return {
    findProxyBudget: () => onlyOf(ofProxy),
    findTagBudgets: () => onlyOf(ofTags),
    findAccessGroupBudgets: () => onlyOf(ofGroups),
    forget: (change) => {
      const { kind } = change;
      ofProxy.forget(() => kind === 'all' || (kind === 'user' && change.id === PROXY_BUDGET_USER));
      ofTags.forget(() => kind === 'all' || kind === 'tag');
      ofGroups.forget(() => kind === 'all' || kind === 'model_access_group');
    },
    doubt: () => {
      for (const cache of [ofProxy, ofTags, ofGroups]) cache.doubt();
    },
  };
}

/** Budgets of rows that are known by name alone. */
function toBudgets(scope: 'tag' | 'model_access_group') {
  return (rows: readonly NamedBudgetRow[], { live = AS_READ }: RowRules): ReadonlyMap<string, Budget> =>
    new Map(rows.map(({ name, spend, max }) => [name, live(scope, name, { spend, max: max ?? undefined })]));
}

/** The only value of a cache with one entry; undefined while the database does not answer. */
function onlyOf<T>(cache: LiveCache<T>): T | undefined | Promise<T | undefined> {
  const looked = cache.get(ANY);
  return looked instanceof Promise ? looked.then(valueOf) : valueOf(looked);
}

function valueOf<T>(looked: Looked<T>): T | undefined {
  return looked.kind === 'value' ? looked.value : undefined;
}
