import type { StoreAnswer } from '../ports/index.ts';
import type { Store } from '../store/index.ts';

/** What was changed, as it is announced to every instance: the rows of one key, or of somebody whom keys belong to. */
export type TenantChange =
  | { readonly kind: 'key'; readonly keyHash: string }
  | { readonly kind: 'team' | 'user' | 'project' | 'organization' | 'end_user' | 'tag' | 'model_access_group'; readonly id: string }
  /** The key that a token's claim is mapped to; `id` is the claim's `nameClaim`. */
  | { readonly kind: 'claim'; readonly id: string }
  /** Something that any key may depend on: a budget row, an access group. */
  | { readonly kind: 'all' };

const CHANNEL = 'stagegate_tenants';

const KINDS: ReadonlySet<unknown> = new Set(['team', 'user', 'project', 'organization', 'end_user', 'tag', 'model_access_group', 'claim']);

/** Listeners in this process, per store: they are called before the change is answered. */
const nearby = new WeakMap<object, ((change: TenantChange) => void)[]>();

/** Announces a change to every instance, this one first. Call it once the rows are written. */
export function announceChange(store: Pick<Store, 'notify'>, change: TenantChange): Promise<StoreAnswer<void>> {
  for (const hear of nearby.get(store) ?? []) hear(change);
  return store.notify(CHANNEL, JSON.stringify(change));
}

/** Listens for changes. `onGap`: some may have been missed. A message that is not understood counts as a change of everything. */
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
