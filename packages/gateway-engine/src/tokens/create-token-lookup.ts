import { hashKey } from '../auth/index.ts';
import type { Clock, IssuedTokens, KeyFinding, KeyLookup, TokenClaim, TokenFinding, TokenLookup, TokenSettings } from '../ports/index.ts';
import { createKeySets, KeySetUnreachable } from './key-sets.ts';
import { toTokenFinding } from './find-named.ts';
import { readClaim, readClaims, type Claims, type ClaimsReading } from './read-claims.ts';

/** What a look-up of signed tokens is made with. */
export interface TokenLookupOptions {
  readonly settings: TokenSettings;
  /** Keys that are made for claims are written down in the audit log. */
  readonly isAudited: boolean;
  /** Finds users and teams, and the keys that claims stand for. */
  readonly keys: Pick<KeyLookup, 'findIdentity' | 'findMapped' | 'registerMapped'>;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** Header, claims and signature. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/u;
/** Signatures with a public key only: never a shared secret, and never `none`. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** How long a checked signature is remembered, milliseconds. */
const KEPT_MS = 60_000;
const KEPT_MAX = 10_000;

/** A token with a valid signature, or why it is refused. */
type Verified = Read | Exclude<TokenFinding, { readonly kind: 'found' }>;

interface Read {
  readonly kind: 'read';
  readonly reading: ClaimsReading;
  /** The settings by which it was read. */
  readonly settings: IssuedTokens;
  /** The claim that may stand for a key. */
  readonly claim: TokenClaim | undefined;
}

/**
 * Identifies the owner of a signed token (JWT). Its signature is checked with the identity provider's keys, its claims by the operator's
 * settings, and the users and teams that it names are looked up like those of keys. A claim that stands for a key goes first, and then the
 * key alone decides.
 *
 * cost: one SHA-256 and two look-ups in memory for a token that was verified within a minute. jose is loaded with the first token.
 */
export function createTokenLookup(options: TokenLookupOptions): TokenLookup {
  const { clock, keys, isAudited } = options;
  const kept = new Map<string, { readonly verified: Read; readonly untilMs: number }>();
  const verify = createVerify(options);
  const keep = (hash: string, verified: Read, untilMs: number): void => {
    kept.delete(hash);
    kept.set(hash, { verified, untilMs });
    if (kept.size > KEPT_MAX) for (const oldest of kept.keys()) return void kept.delete(oldest);
  };
  const byClaims = ({ reading }: Read): TokenFinding | Promise<TokenFinding> => {
    if (reading.kind !== 'identity') return reading;
    const { identity } = reading;
    const found = keys.findIdentity?.(identity) ?? { kind: 'database-down' as const };
    return found instanceof Promise ? found.then((finding) => toTokenFinding(finding, identity)) : toTokenFinding(found, identity);
  };
  const withoutKey = (verified: Read): TokenFinding | Promise<TokenFinding> => {
    const { settings, claim } = verified;
    if (settings.keyField === undefined || settings.unmapped === 'claims') return byClaims(verified);
    if (settings.unmapped === 'reject' || claim === undefined) return wordUnmapped(settings.keyField, claim);
    return register(verified, claim);
  };
  /** Makes a key for a caller whom the claims admit, unless he is an admin, who needs none. */
  const register = async (verified: Read, claim: TokenClaim): Promise<TokenFinding> => {
    const found = await byClaims(verified);
    if (found.kind !== 'found' || verified.reading.kind !== 'identity' || found.caller.role === 'proxy_admin') return found;
    const { userId, teamId, grants } = found.caller;
    const { models, allowedRoutes } = verified.reading.identity;
    const organizationId = grants?.organization?.id;
    const owner = { userId, teamId, organizationId, models, allowedRoutes, reusesKey: verified.settings.reusesKeys, isAudited };
    const made = (await keys.registerMapped?.(claim, owner)) ?? { kind: 'database-down' as const };
    return made.kind === 'unknown' ? wordUnmapped(claim.name, claim) : asHeld(made, verified);
  };
  const identify = (verified: Verified): TokenFinding | Promise<TokenFinding> => {
    if (verified.kind !== 'read') return verified;
    const { claim } = verified;
    if (claim === undefined) return withoutKey(verified);
    const found = keys.findMapped?.(claim) ?? { kind: 'database-down' as const };
    const judge = (finding: KeyFinding): TokenFinding | Promise<TokenFinding> =>
      finding.kind === 'unknown' ? withoutKey(verified) : asHeld(finding, verified);
    return found instanceof Promise ? found.then(judge) : judge(found);
  };
  return {
    takes: (text) => TOKEN.test(text),
    find: (token) => {
      // The hash of the whole token: tokens with a common prefix have nothing in common.
      const hash = hashKey(token);
      const known = kept.get(hash);
      if (known !== undefined && known.untilMs > clock.nowMs()) return identify(known.verified);
      return verify(token).then(({ verified, expiresMs }) => {
        if (verified.kind === 'read') keep(hash, verified, Math.min(expiresMs, clock.nowMs() + KEPT_MS));
        return identify(verified);
      });
    },
  };
}

/**
 * The finding for a key that stands for a token. A key that was registered automatically never allows more than the token's present claims,
 * because these may change and nobody chose the key for them.
 */
function asHeld(finding: Exclude<KeyFinding, { readonly kind: 'unknown' }>, { reading }: Read): TokenFinding {
  if (finding.kind !== 'found' || finding.caller.metadata['auto_registered'] !== true) return finding;
  if (reading.kind !== 'identity') return reading;
  const { permissions } = reading.identity;
  return permissions === undefined ? finding : { kind: 'found', caller: { ...finding.caller, permissions } };
}

function createVerify({
  settings,
  clock,
  fetch,
}: TokenLookupOptions): (token: string) => Promise<{ readonly verified: Verified; readonly expiresMs: number }> {
  const loading = loadOnce(async () => {
    const jose = await import('jose');
    const { createLocalJWKSet } = jose;
    const findersOf = new Map(
      [settings, ...settings.issuers].map((issued) => {
        const { keyUrls: urls, keysFreshSeconds, keysStaleSeconds } = issued;
        const times = { freshMs: keysFreshSeconds * 1000, staleMs: keysStaleSeconds * 1000 };
        return [issued, createKeySets({ urls, ...times, fetch, clock, createLocalJWKSet })] as const;
      }),
    );
    return { jose, findersOf };
  });
  return async (token) => {
    const { jose, findersOf } = await loading();
    try {
      // Read unverified only to choose the keys: a token with a false issuer fails the check of its signature.
      const { iss } = jose.decodeJwt(token);
      const own = settings.issuers.find(({ issuer }) => issuer === iss);
      const issued = own ?? settings;
      const findKey = findersOf.get(issued);
      if (findKey === undefined) throw new Error('no keys');
      const { payload } = await jose.jwtVerify(token, findKey, {
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
        currentDate: new Date(clock.nowMs()),
        ...(issued.audience !== undefined && { audience: typeof issued.audience === 'string' ? issued.audience : [...issued.audience] }),
        ...(issued.issuer !== undefined && { issuer: issued.issuer }),
      });
      const claims = payload as Claims;
      const read = {
        kind: 'read',
        settings: issued,
        reading: readClaims(claims, issued),
        claim: toClaim(claims, issued, own?.issuer),
      } as const;
      return { verified: read, expiresMs: (payload.exp ?? 0) * 1000 };
    } catch (error) {
      return { verified: toRefusal(error), expiresMs: 0 };
    }
  };
}

function toClaim(claims: Claims, { keyField: name }: IssuedTokens, issuer: string | undefined): TokenClaim | undefined {
  const value = name === undefined ? undefined : readClaim(claims, name);
  return name === undefined || value === undefined ? undefined : { name, value, ...(issuer !== undefined && { issuer }) };
}

function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
}

/** Why a token is refused, without quoting from it. */
function toRefusal(error: unknown): Verified {
  if (error instanceof KeySetUnreachable) return { kind: 'provider-down' };
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_JWT_EXPIRED') return { kind: 'expired' };
  const claim = code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' && error instanceof Error && 'claim' in error ? String(error.claim) : undefined;
  return { kind: 'refused', message: `Validation fails: ${claim === undefined ? (REASONS[code] ?? 'not a token') : `claim ${claim}`}` };
}

const REASONS: Readonly<Record<string, string>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: 'the algorithm is not allowed',
  ERR_JOSE_NOT_SUPPORTED: 'the algorithm is not allowed',
  ERR_JWKS_NO_MATCHING_KEY: 'no matching public key found',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'it names no key',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature verification failed',
};

/** Source: LiteLLM 1.106.2, user_api_key_auth.py `_resolve_jwt_to_virtual_key`. */
function wordUnmapped(field: string, claim: TokenClaim | undefined): TokenFinding {
  const message =
    claim === undefined
      ? `JWT Key Mapping: Required claim '${field}' is missing from the JWT. Access denied.`
      : `JWT Key Mapping: No registered mapping for ${field}='${claim.value}'. Access denied.`;
  return { kind: 'denied', message };
}
