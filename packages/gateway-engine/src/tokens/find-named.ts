import type { Clock, Identity, IdentityFinding, KeyLookup, TokenFinding } from '../ports/index.ts';
import { toStrangerCaller } from '../tenants/to-identity-caller.ts';

/**
 * Looks up those whom somebody who is believed has named. Where there is no database, only what was said of them is known.
 *
 * in: `keys`: undefined where there is none.
 */
export function findNamed(
  keys: Pick<KeyLookup, 'findIdentity'> | undefined,
  identity: Identity,
  clock: Clock,
): TokenFinding | Promise<TokenFinding> {
  if (keys === undefined) return { kind: 'found', caller: toStrangerCaller(identity, { nowMs: clock.nowMs(), acceptsUnenforced: true }) };
  const found = keys.findIdentity?.(identity) ?? { kind: 'database-down' as const };
  return found instanceof Promise ? found.then((finding) => toTokenFinding(finding, identity)) : toTokenFinding(found, identity);
}

/** The same of a look-up: a user who has to be there and is not is refused. */
export function toTokenFinding(finding: IdentityFinding, { userId }: Identity): TokenFinding {
  if (finding.kind !== 'unknown-user') return finding;
  const message = `User doesn't exist in db. 'user_id'=${userId ?? ''}. Create user via \`/user/new\` call.`;
  return { kind: 'refused', message };
}
