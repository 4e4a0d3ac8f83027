import type { Clock, TokenClaim } from '../ports/index.ts';
import { tables } from '../store/index.ts';
import type { TenantChange } from './changes.ts';
import type { RowReader } from './customer-lookup.ts';
import { createLiveCache, type CacheLimits, type Looked } from './live-cache.ts';

/** Finds the virtual key that a token's claim is mapped to. */
export interface MappedKeys {
  /** The key's hash. */
  readonly find: (claim: TokenClaim) => Looked<string> | Promise<Looked<string>>;
  readonly forget: (change: TenantChange) => void;
  readonly doubt: () => void;
}

/** The issuer of mappings that hold for every issuer. Those of the token's own issuer come first. */
const ANY_ISSUER = '';

/** Makes the look-up of mappings: cached while their tokens are in use, dropped when a key changes. */
export function createMappedKeys(read: RowReader['read'], clock: Clock, limits: CacheLimits): MappedKeys {
  const hashes = createLiveCache<string>(
    (id) =>
      read(
        async (database) => {
          const [name = '', value = '', issuer = ANY_ISSUER] = JSON.parse(id) as readonly string[];
          const where = { jwt_claim_name: name, jwt_claim_value: value, jwt_issuer: { in: [issuer, ANY_ISSUER] }, is_active: true };
          const [row] = await tables.keyMappings.list(database, where, { sortBy: 'jwt_issuer', descending: true, limit: 1 });
          return row;
        },
        ({ token }) => token,
      ),
    clock,
    limits,
  );
  return {
    find: (claim) => hashes.get(nameClaim(claim)),
    forget: (change) => {
      const concerns = (id: string, keyHash: string | undefined): boolean => {
        if (change.kind === 'key') return change.keyHash === keyHash;
        return change.kind === 'all' || (change.kind === 'claim' && isOfClaim(id, change.id));
      };
      hashes.forget(concerns);
    },
    doubt: () => hashes.doubt(),
  };
}

/** A claim's name in the cache. A change is announced by the claim's name without an issuer, and means the claim of every issuer. */
export function nameClaim({ name, value, issuer }: TokenClaim): string {
  return JSON.stringify(issuer === undefined ? [name, value] : [name, value, issuer]);
}

function isOfClaim(id: string, changed: string): boolean {
  return id === changed || id.startsWith(`${changed.slice(0, -1)},`);
}
