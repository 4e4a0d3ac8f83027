import type { Clock, TokenClaim } from '../ports/index.ts';
import { tables } from '../store/index.ts';
import type { TenantChange } from './changes.ts';
import type { RowReader } from './customer-lookup.ts';
import { createLiveCache, type CacheLimits, type Looked } from './live-cache.ts';

/** Which key a claim of a token stands for. */
export interface MappedKeys {
  /** The key's hash. */
  readonly find: (claim: TokenClaim) => Looked<string> | Promise<Looked<string>>;
  readonly forget: (change: TenantChange) => void;
  readonly doubt: () => void;
}

/** Rows of one issuer come first; these are for all. */
const ANY_ISSUER = '';

/** Looks mappings up, each once while its tokens are in use, and as soon as keys are seen to change. */
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

/** A claim by a name for it. Changes are announced of the claim of every issuer at once, by the name that it has without one. */
export function nameClaim({ name, value, issuer }: TokenClaim): string {
  return JSON.stringify(issuer === undefined ? [name, value] : [name, value, issuer]);
}

function isOfClaim(id: string, changed: string): boolean {
  return id === changed || id.startsWith(`${changed.slice(0, -1)},`);
}
