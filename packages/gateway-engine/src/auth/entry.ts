import type { EngineError } from '../errors/index.ts';
import type { Caller, EntryRules, RawCall } from '../ports/index.ts';

/** An IPv4 address as a socket that also takes IPv6 names it. */
const MAPPED = /^::ffff:(?=\d+\.)/u;

/**
 * Whether a call may come in from where it comes, and to where it goes, whoever makes it: undefined, or the refusal. Asked before
 * anything of the call is looked at, its key included.
 *
 * source: LiteLLM 1.106.2, proxy/auth/auth_utils.py `pre_db_read_auth_checks`: addresses and paths as they are written; a
 *         forwarded address is the whole header.
 */
export function refuseEntry(
  { addresses, trustsForwarded, paths }: EntryRules,
  call: Pick<RawCall, 'path' | 'peer' | 'header'>,
): EngineError | undefined {
  const { path, peer } = call;
  if (addresses !== undefined) {
    const address = (trustsForwarded ? call.header('x-forwarded-for') : undefined) ?? peer?.replace(MAPPED, '') ?? '';
    if (!addresses.has(address)) return { kind: 'route-denied', message: `Access forbidden: IP address ${address} not allowed.` };
  }
  if (paths === undefined || paths.has(path)) return undefined;
  return { kind: 'route-denied', message: `Access forbidden: Route ${path} not allowed` };
}

/** Whether a path is kept for the proxy's admin, and this is somebody else: undefined, or the refusal. */
export function refuseAdminPath(rules: EntryRules | undefined, { role }: Caller, path: string): EngineError | undefined {
  if (role === 'proxy_admin' || rules?.adminPaths?.has(path) !== true) return undefined;
  return { kind: 'route-denied', message: `user not allowed to access this route. Route=${path} is an admin only route` };
}
