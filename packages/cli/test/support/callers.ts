import { hashKey } from '@stagegate/gateway-engine/auth';
import type { Caller, Grants, KeyLookup, Role } from '@stagegate/gateway-engine/ports';

const FREE = { spend: 0, max: undefined };

/** Whoever has a virtual key that nobody limited, but for what is given. */
export function caller(more: Partial<Grants> = {}, role: Role = 'internal_user', adminOf: readonly string[] = []): Caller {
  const lists = { models: [], aliases: {}, allowedRoutes: [], accessGroupModels: [], ownedGroupModels: [], unenforced: [] };
  const owners = { team: undefined, user: undefined, project: undefined, organization: undefined };
  const grants: Grants = { blocked: false, expiresMs: undefined, budget: FREE, ...lists, ...owners, ...more };
  const ids = { keyName: undefined, keyAlias: undefined, teamId: undefined, organizationId: undefined, projectId: undefined };
  return { kind: 'virtual-key', keyHash: 'hash', userId: 'user', ...ids, role, adminOf, metadata: {}, grants };
}

/** Keys in memory, found later, as a database finds them. */
export function memoryKeys(callers: Readonly<Record<string, Caller>>): KeyLookup {
  const byHash = new Map(Object.entries(callers).map(([key, value]) => [hashKey(key), value]));
  return {
    find: async (keyHash) => {
      const found = byHash.get(keyHash);
      return found === undefined ? { kind: 'unknown' } : { kind: 'found', caller: found };
    },
    findEndUser: async () => ({ kind: 'unknown' }),
  };
}
