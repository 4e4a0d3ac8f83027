import type { EngineError } from '../errors/index.ts';
import type { Caller, ManagedCall, RouteAccess } from '../ports/index.ts';

const MASKED = '***';

/**
 * Whether a caller's role may use a route: undefined, or the refusal.
 *
 * in: `organizations`: those that the call is about. An organisation's admin gets in by that role only where there is at least one and he
 *     administers all of them. Before the body is read they are not known: then the organisations that he administers stand for them, and
 *     the management API asks again.
 */
export function refuseRole(caller: Caller, access: RouteAccess, path: string, organizations: readonly string[]): EngineError | undefined {
  if (access === 'open' || access === 'caller' || caller.role === 'proxy_admin') return undefined;
  if (caller.role !== undefined && caller.role !== 'org_admin' && access.includes(caller.role)) return undefined;
  const administers = organizations.length > 0 && organizations.every((id) => caller.adminOf.includes(id));
  if (administers && access.includes('org_admin')) return undefined;
  const message =
    `Only proxy admin can be used to generate, delete, update info for new keys/users/teams. Route=${path}. ` +
    `Your role=${caller.role ?? 'unknown'}. Your user_id=${mask(caller.userId)}`;
  return { kind: 'caller-refused', message };
}

/** The organisations that a call is about, wherever it names them. Source: LiteLLM 1.106.2, user_is_org_admin. */
export function organizationsOf({ query, places, body }: Pick<ManagedCall, 'query' | 'places' | 'body'>): readonly string[] {
  const { organization_id: one, organizations: several } = body;
  const named = [...query.getAll('organization_id'), places['organization_id'], one, ...(Array.isArray(several) ? several : [])];
  return named.filter((id) => typeof id === 'string');
}

function mask(userId: string | undefined): string {
  if (userId === undefined || userId.length <= 8) return MASKED;
  return `${userId.slice(0, 6)}${'*'.repeat(userId.length - 8)}${userId.slice(-2)}`;
}
