import type { EngineError } from '../errors/index.ts';
import type { Caller, EntryRules, RawCall } from '../ports/index.ts';

/** The prefix of an IPv4 address as an IPv6 socket shows it. */
const MAPPED = /^::ffff:(?=\d+\.)/u;

/**
 * Whether the client's address and the path are allowed, whoever calls: undefined, or the refusal. Asked before anything else of the call
 * is read, its key included.
 *
 * source: LiteLLM 1.106.2, proxy/auth/auth_utils.py `pre_db_read_auth_checks`. Addresses and paths are compared as they are written; a
 *         forwarded address is the whole header.
 */
export function refuseEntry(
  { addresses, trustsForwarded, paths }: EntryRules,
  call: Pick<RawCall, 'path' | 'peer' | 'header'>,
): EngineError | undefined {
  const { path } = call;
  if (addresses !== undefined) {
    const address = callerAddress(trustsForwarded, call);
    if (!addresses.has(address)) return { kind: 'route-denied', message: `Access forbidden: IP address ${address} not allowed.` };
  }
  if (paths === undefined || paths.has(path)) return undefined;
  return { kind: 'route-denied', message: `Access forbidden: Route ${path} not allowed` };
}

/** A call's address: what a trusted proxy in front says, else the other end of the socket; empty if unknown. */
export function callerAddress(trustsForwarded: boolean, call: Pick<RawCall, 'header' | 'peer'>): string {
  return (trustsForwarded ? call.header('x-forwarded-for') : undefined) ?? call.peer?.replace(MAPPED, '') ?? '';
}

/** Whether a path is reserved for the proxy's admin and the caller is somebody else: undefined, or the refusal. */
export function refuseAdminPath(rules: EntryRules | undefined, { role }: Caller, path: string): EngineError | undefined {
  if (role === 'proxy_admin' || rules?.adminPaths?.has(path) !== true) return undefined;
  return { kind: 'route-denied', message: `user not allowed to access this route. Route=${path} is an admin only route` };
}
