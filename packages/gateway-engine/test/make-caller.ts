import {
  ROLES,
  type Caller,
  type EndUserGrants,
  type Grants,
  type KeyLookup,
  type Role,
  type TeamGrants,
  type UserGrants,
} from '../src/ports/index.ts';
import { hashKey } from '../src/auth/index.ts';

/** Every role there is, and none. */
export const ROLES_AND_NONE: readonly (Role | undefined)[] = [...ROLES, undefined];

const FREE = { spend: 0, max: undefined };

/** What a key allows that nobody limited. */
export function grants(more: Partial<Grants> = {}): Grants {
  return {
    blocked: false,
    expiresMs: undefined,
    models: [],
    aliases: {},
    allowedRoutes: [],
    accessGroupModels: [],
    ownedGroupModels: [],
    budget: FREE,
    team: undefined,
    user: undefined,
    project: undefined,
    organization: undefined,
    unenforced: [],
    ...more,
  };
}

/** A team that nobody limited. */
export function team(more: Partial<TeamGrants> = {}): TeamGrants {
  return {
    id: 'team-1',
    alias: undefined,
    blocked: false,
    models: [],
    aliases: {},
    accessGroupModels: [],
    budget: FREE,
    member: undefined,
    lost: false,
    ...more,
  };
}

/** A user that nobody limited. */
export function user(more: Partial<UserGrants> = {}): UserGrants {
  return { id: 'user-1', models: [], budget: FREE, deactivated: false, ...more };
}

/** Somebody who asks through a caller, whom nobody limited. */
export function endUser(more: Partial<EndUserGrants> = {}): EndUserGrants {
  return { id: 'end-user-1', blocked: false, models: [], budget: FREE, unenforced: [], ...more };
}

/** Whoever has a virtual key. */
export function caller(allowed: Partial<Grants> = {}, more: Partial<Caller> = {}): Caller {
  return {
    kind: 'virtual-key',
    keyHash: hashKey('sk-virtual-key-1'),
    keyName: 'sk-...ey-1',
    keyAlias: undefined,
    userId: undefined,
    teamId: undefined,
    organizationId: undefined,
    projectId: undefined,
    role: 'internal_user',
    adminOf: [],
    metadata: {},
    ...more,
    grants: grants(allowed),
  };
}

/** Keys in memory; `delayed` answers as a database does, later. */
export function memoryKeys(
  callers: Readonly<Record<string, Caller>>,
  { endUsers = [], delayed = false, down = false }: { endUsers?: readonly EndUserGrants[]; delayed?: boolean; down?: boolean } = {},
): KeyLookup & { readonly asked: string[] } {
  const byHash = new Map(Object.entries(callers).map(([key, value]) => [hashKey(key), value]));
  const asked: string[] = [];
  return {
    asked,
    find: (keyHash) => {
      asked.push(keyHash);
      const known = byHash.get(keyHash);
      const finding = down
        ? ({ kind: 'database-down' } as const)
        : known === undefined
          ? ({ kind: 'unknown' } as const)
          : ({ kind: 'found', caller: known } as const);
      return delayed ? Promise.resolve(finding) : finding;
    },
    findEndUser: (id) => {
      const known = endUsers.find((one) => one.id === id);
      const finding = known === undefined ? ({ kind: 'unknown' } as const) : ({ kind: 'found', endUser: known } as const);
      return delayed ? Promise.resolve(finding) : finding;
    },
  };
}
