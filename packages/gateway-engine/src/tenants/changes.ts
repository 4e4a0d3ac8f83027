import type { StoreAnswer } from '../ports/index.ts';
import type { Store } from '../store/index.ts';

/** What was changed, as every instance is told: rows of one key, or of one of those whom keys belong to. */
export type TenantChange =
  | { readonly kind: 'key'; readonly keyHash: string }
  | { readonly kind: 'team' | 'user' | 'project' | 'organization' | 'end_user' | 'tag' | 'model_access_group'; readonly id: string }
  /** Which key a claim of a token stands for; `id` is its `nameClaim`. */
  | { readonly kind: 'claim'; readonly id: string }
  /** Something that any key may depend on: a budget row, an access group. */
  | { readonly kind: 'all' };

const CHANNEL = 'stagegate_tenants';

const KINDS: ReadonlySet<unknown> = new Set(['team', 'user', 'project', 'organization', 'end_user', 'tag', 'model_access_group', 'claim']);

/** Those in this process who hear of a store's changes: they are told before whoever made one gets his answer. */
const nearby = new WeakMap<object, ((change: TenantChange) => void)[]>();

/** Tells every instance, this one first, what was changed. Whoever changes a tenant's rows calls it once they are written. */
export function announceChange(store: Pick<Store, 'notify'>, change: TenantChange): Promise<StoreAnswer<void>> {
  for (const hear of nearby.get(store) ?? []) hear(change);
  return store.notify(CHANNEL, JSON.stringify(change));
}

/** Hears of changes. `onGap`: some may have been missed. What is not understood counts as a change of everything. */
export function hearChanges(store: Pick<Store, 'listen'>, onChange: (change: TenantChange) => void, onGap: () => void): void {
  nearby.set(store, [...(nearby.get(store) ?? []), onChange]);
  store.listen(CHANNEL, (payload) => onChange(readChange(payload)), onGap);
}

function readChange(payload: string): TenantChange {
  const { kind, keyHash, id } = parse(payload);
  if (kind === 'key' && typeof keyHash === 'string') return { kind, keyHash };
  if (KINDS.has(kind) && typeof id === 'string') return { kind: kind as 'team', id };
  return { kind: 'all' };
}

function parse(payload: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
