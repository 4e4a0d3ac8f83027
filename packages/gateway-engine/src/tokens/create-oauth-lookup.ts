import { isObject, type JsonObject } from '@stagegate/core-transforms';
import {
  ROLES,
  type Clock,
  type Identity,
  type KeyLookup,
  type OauthSettings,
  type Role,
  type TokenFinding,
  type TokenLookup,
} from '../ports/index.ts';
import { createLiveCache, type CacheLimits, type Looked } from '../tenants/live-cache.ts';
import { findNamed } from './find-named.ts';
import { takeTurns } from './take-turns.ts';

/** What a look-up of OAuth tokens is made with. */
export interface OauthLookupOptions {
  readonly settings: OauthSettings;
  readonly keys: Pick<KeyLookup, 'findIdentity'> | undefined;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** A revoked token is refused after `freshMs` at the latest, or after `staleMs` while the OAuth server is down. */
const LIMITS: CacheLimits = { freshMs: 5_000, staleMs: 60_000, entriesMax: 10_000, missingMax: 10_000 };
/** The limit on the wait for a turn and for the answer together. */
const TIMEOUT_MS = 5_000;
/** Bounds the requests to the OAuth server, so that made-up tokens cannot flood it. */
const ASKED_AT_ONCE_MAX = 20;

/** The route groups that such a token may call: models and infos. It cannot manage the gateway. */
const ROUTES = ['llm_api_routes', 'info_routes'];

/** An active token. `expiresMs`: wall clock; undefined where the server does not say. */
interface KnownToken {
  readonly identity: Identity;
  readonly expiresMs: number | undefined;
}

/**
 * Identifies the owner of a token by asking the OAuth server that issued it. Virtual keys (`sk-…`) are never sent there.
 *
 * cost:   the first call of a token waits for the server. A token in use is checked again every few seconds in the background, as keys are.
 *         At most 20 tokens are asked about at once; one whose turn does not come within 5 s cannot be checked.
 * source: LiteLLM 1.106.2, proxy/auth/oauth2_check.py.
 */
export function createOauthLookup({ settings, keys, fetch, clock }: OauthLookupOptions): TokenLookup {
  const takeTurn = takeTurns(ASKED_AT_ONCE_MAX);
  const ask = async (token: string): Promise<Looked<KnownToken>> => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return takeTurn(signal, () => askServer(token, settings, fetch, signal)).catch(() => ({ kind: 'down' }));
  };
  const known = createLiveCache(ask, clock, LIMITS);
  const judge = (looked: Looked<KnownToken>): TokenFinding | Promise<TokenFinding> => {
    if (looked.kind === 'down') return { kind: 'provider-down', message: DOWN };
    if (looked.value === undefined) return { kind: 'refused', message: 'Oauth 2.0 Token validation failed: the token is not active.' };
    const { identity, expiresMs } = looked.value;
    if (expiresMs !== undefined && expiresMs <= clock.nowMs()) return { kind: 'expired' };
    return findNamed(keys, identity, clock);
  };
  return {
    takes: (text) => text !== '' && !text.startsWith('sk-'),
    find: (token) => {
      const looked = known.get(token);
      return looked instanceof Promise ? looked.then(judge) : judge(looked);
    },
  };
}

const DOWN = 'Service Unavailable, the endpoint that knows OAuth tokens does not answer. Please retry shortly.';

/** The server's answer: the token, `undefined` where it is not active, or that the server is down. Rejects where it does not answer. */
async function askServer(
  token: string,
  settings: OauthSettings,
  fetch: OauthLookupOptions['fetch'],
  signal: AbortSignal,
): Promise<Looked<KnownToken>> {
  const answer = await fetch(settings.endpoint, { ...toRequest(token, settings), redirect: 'error', signal });
  if (!answer.ok) {
    await answer.body?.cancel();
    return answer.status < 500 && answer.status !== 429 ? { kind: 'value', value: undefined } : { kind: 'down' };
  }
  const said: unknown = await answer.json();
  return isObject(said) ? { kind: 'value', value: readAnswer(said, settings) } : { kind: 'down' };
}

/** The request: token introspection (RFC 7662) where the gateway has client credentials, else a request with the token itself. */
function toRequest(token: string, { client }: OauthSettings): RequestInit {
  if (client === undefined) return { headers: { authorization: `Bearer ${token}`, accept: 'application/json' } };
  const credentials = Buffer.from(`${client.id}:${client.secret}`).toString('base64');
  return {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}`, accept: 'application/json' },
    body: new URLSearchParams({ token }),
  };
}

/** Reads the answer; undefined for a token that is not active, or whose role is unknown. */
function readAnswer(said: JsonObject, { client, userIdField, roleField, teamIdField }: OauthSettings): KnownToken | undefined {
  const active = said['active'];
  // In RFC 7662 every answer has `active`; elsewhere the HTTP status tells it.
  if (client === undefined ? active === false : active !== true) return undefined;
  const [userId, teamId, named] = [textAt(said, userIdField), textAt(said, teamIdField), textAt(said, roleField)];
  const role = ROLES.find((known) => known === named);
  if (named !== undefined && role === undefined) return undefined;
  const { exp } = said;
  return { identity: toIdentity(userId, teamId, role), expiresMs: typeof exp === 'number' ? exp * 1000 : undefined };
}

function toIdentity(userId: string | undefined, teamId: string | undefined, role: Role | undefined): Identity {
  return {
    userId,
    email: undefined,
    teamIds: teamId === undefined ? [] : [teamId],
    organizationId: undefined,
    endUserId: undefined,
    isAdmin: role === 'proxy_admin',
    allowedRoutes: ROUTES,
    models: undefined,
    permissions: undefined,
    addsUser: false,
    takesStrangers: true,
    ...(role !== undefined && { role }),
  };
}

/** A member as text, numbers included; undefined where it is neither or empty. */
function textAt(said: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(said, name) ? said[name] : undefined;
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}
