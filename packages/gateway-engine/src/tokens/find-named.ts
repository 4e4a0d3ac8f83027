import type { Clock, Identity, IdentityFinding, KeyLookup, TokenFinding } from '../ports/index.ts';
import { toStrangerCaller } from '../tenants/to-identity-caller.ts';

/**
 * Looks up the user and team that a trusted source names. Without a database the caller is made from what the source says.
 *
 * in: `keys`: undefined where there is no database.
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

/** The finding for a looked-up identity; a user who must exist and does not is refused. */
export function toTokenFinding(finding: IdentityFinding, { userId }: Identity): TokenFinding {
  if (finding.kind !== 'unknown-user') return finding;
  const message = `User doesn't exist in db. 'user_id'=${userId ?? ''}. Create user via \`/user/new\` call.`;
  return { kind: 'refused', message };
}
