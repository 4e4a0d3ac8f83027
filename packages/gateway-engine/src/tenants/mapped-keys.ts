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

/** Rows of one issuer are for `litellm_jwtauth.issuers`; these are for all. */
const ANY_ISSUER = '';

/** Looks mappings up, each once while its tokens are in use, and as soon as keys are seen to change. */
export function createMappedKeys(read: RowReader['read'], clock: Clock, limits: CacheLimits): MappedKeys {
  const hashes = createLiveCache<string>(
    (id) =>
      read(
        (database) => {
          const [name = '', value = ''] = JSON.parse(id) as readonly string[];
          return tables.keyMappings.find(database, {
            jwt_claim_name: name,
            jwt_claim_value: value,
            jwt_issuer: ANY_ISSUER,
            is_active: true,
          });
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
        return change.kind === 'all' || (change.kind === 'claim' && change.id === id);
      };
      hashes.forget(concerns);
    },
    doubt: () => hashes.doubt(),
  };
}

/** A claim by a name for it, as changes are announced. */
export function nameClaim({ name, value }: TokenClaim): string {
  return JSON.stringify([name, value]);
}
