import type { Caller, Identity, IdentityFinding } from '../ports/index.ts';
import { callerOf } from './caller-of.ts';
import type { Looked } from './live-cache.ts';

/** Teams of one token that are looked up, at most. */
const TEAMS_MAX = 20;

/** The key of a cached identity: a token's identity as a member of one team. */
export interface OneIdentity {
  readonly identity: Identity;
  readonly teamId: string | undefined;
}

/**
 * Makes the look-up of the callers whom tokens name. A token of several teams gives a caller for each team that exists: the first, and the
 * rest in its `others`.
 *
 * in: `get` gives the caller of one team, by a cache key that holds everything that decides it; `admin` gives the one that needs no rows.
 */
export function createFindIdentity(
  get: (name: string) => Looked<Caller> | Promise<Looked<Caller>>,
  admin: (identity: Identity) => Caller,
): (identity: Identity) => IdentityFinding | Promise<IdentityFinding> {
  // Names per identity: a cached token gives the same identity object for each of its calls.
  const names = new WeakMap<Identity, readonly string[]>();
  const admins = new WeakMap<Identity, Caller>();
  const namesOf = (identity: Identity): readonly string[] => {
    const known = names.get(identity);
    if (known !== undefined) return known;
    const { teamIds } = identity;
    const made = (teamIds.length === 0 ? [undefined] : teamIds.slice(0, TEAMS_MAX)).map((teamId) => nameIdentity({ identity, teamId }));
    names.set(identity, made);
    return made;
  };
  return (identity) => {
    if (identity.isAdmin) {
      const caller = admins.get(identity) ?? admin(identity);
      admins.set(identity, caller);
      return { kind: 'found', caller };
    }
    const looked = namesOf(identity).map((name) => get(name));
    const ready = looked.filter((one): one is Looked<Caller> => !(one instanceof Promise));
    return ready.length === looked.length ? toFinding(ready) : Promise.all(looked).then(toFinding);
  };
}

/** A cache key that holds everything that decides who the caller is. */
function nameIdentity({ identity, teamId }: OneIdentity): string {
  return JSON.stringify({ identity: { ...identity, teamIds: [] }, teamId });
}

/** The identity that a cache key was made of. */
export function readIdentity(name: string): OneIdentity {
  const { identity, teamId } = JSON.parse(name) as { identity: Identity; teamId?: string };
  return { identity, teamId };
}

function toFinding(looked: readonly Looked<Caller>[]): IdentityFinding {
  const callers: Caller[] = [];
  for (const one of looked) {
    if (one.kind === 'down') return { kind: 'database-down' };
    if (one.value !== undefined) callers.push(callerOf(one.value, one.stale));
  }
  const there = callers.filter(({ grants }) => grants?.team?.lost !== true);
  const [first, ...others] = there.length === 0 ? callers : there;
  if (first === undefined) return { kind: 'unknown-user' };
  return { kind: 'found', caller: others.length === 0 ? first : { ...first, others } };
}
