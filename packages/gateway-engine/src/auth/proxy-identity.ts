import { BlockList, isIP } from 'node:net';
import type { EngineError } from '../errors/index.ts';
import type { Identity, ProxyIdentitySettings } from '../ports/index.ts';
import type { HeaderReader } from './check-key.ts';

/** Who a caller is by the headers of a call: the identity, or the refusal. `peer`: the address of the connection; undefined: not known. */
export type ProxyIdentity = (header: HeaderReader, peer: string | undefined) => Identity | EngineError;

/**
 * Makes the reading of headers in which a proxy in front says who calls. They are believed of an address in `ranges` alone: of the
 * connection itself, never of what `x-forwarded-for` says.
 *
 * source: LiteLLM 1.106.2, proxy/auth/oauth2_proxy_hook.py and trusted_proxy_utils.py.
 */
export function compileProxyIdentity({ ranges, headers }: ProxyIdentitySettings): ProxyIdentity {
  const trusted = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  return (header, peer) => {
    if (!isTrusted(trusted, peer)) {
      const message =
        'OAuth2 proxy auth only accepts identity headers from configured trusted proxy ranges. ' +
        `Direct client IP '${peer ?? 'None'}' is not trusted.`;
      return { kind: 'caller-refused', message };
    }
    const said = (field: keyof typeof headers): string | undefined => {
      const name = headers[field];
      const value = name === undefined ? undefined : header(name)?.trim();
      return value === '' ? undefined : value;
    };
    const [userId, email, teamId, teamAlias, organizationId, models] = [
      said('user_id'),
      said('user_email'),
      said('team_id'),
      said('team_alias'),
      said('org_id'),
      said('models'),
    ];
    if ((userId ?? email ?? teamId) === undefined) {
      return { kind: 'caller-refused', message: 'OAuth2 proxy auth: no header says who calls.' };
    }
    return {
      userId: userId ?? email,
      email,
      teamIds: teamId === undefined ? [] : [teamId],
      ...(teamAlias !== undefined && { teamAlias }),
      organizationId,
      endUserId: undefined,
      isAdmin: false,
      allowedRoutes: [],
      models: models
        ?.split(',')
        .map((model) => model.trim())
        .filter((model) => model !== ''),
      permissions: undefined,
      addsUser: false,
      takesStrangers: true,
    };
  };
}

function isTrusted(trusted: BlockList, peer: string | undefined): boolean {
  const family = peer === undefined ? 0 : isIP(peer);
  return peer !== undefined && family !== 0 && trusted.check(peer, family === 6 ? 'ipv6' : 'ipv4');
}
