import { hashKey } from '../auth/index.ts';
import type { Clock, Identity, IdentityFinding, KeyFinding, KeyLookup, TokenFinding, TokenLookup, TokenSettings } from '../ports/index.ts';
import { createKeySets, KeySetUnreachable } from './key-sets.ts';
import { readClaim, readClaims, type Claims, type ClaimsReading } from './read-claims.ts';

/** What a look-up of tokens is made with. */
export interface TokenLookupOptions {
  readonly settings: TokenSettings;
  /** Whoever finds users and teams, and the keys that claims stand for. */
  readonly keys: Pick<KeyLookup, 'findIdentity' | 'findMapped'>;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** Of signatures with a public key: never one that a secret makes, never none. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** A token's signature is checked once in this time, milliseconds. */
const KEPT_MS = 60_000;
const KEPT_MAX = 10_000;

/** A token whose signature is good, or what is wrong with it. */
type Verified = Read | Exclude<TokenFinding, { readonly kind: 'found' }>;

interface Read {
  readonly kind: 'read';
  readonly reading: ClaimsReading;
  /** What may stand for a key. */
  readonly keyClaim: string | undefined;
}

/**
 * Says who has a token. Its signature is checked by the keys of the identity provider, its claims by the operator's settings, and
 * whoever it names is looked up as those are who have keys. A claim that stands for a key comes first: that key then says everything.
 *
 * cost: of a token that was verified within a minute one sha-256 and two look-ups in memory; jose is loaded with the first.
 */
export function createTokenLookup(options: TokenLookupOptions): TokenLookup {
  const { clock, settings, keys } = options;
  const kept = new Map<string, { readonly verified: Read; readonly untilMs: number }>();
  const verify = createVerify(options);
  const keep = (hash: string, verified: Read, untilMs: number): void => {
    kept.delete(hash);
    kept.set(hash, { verified, untilMs });
    if (kept.size > KEPT_MAX) for (const oldest of kept.keys()) return void kept.delete(oldest);
  };
  const byClaims = ({ reading, keyClaim }: Read): TokenFinding | Promise<TokenFinding> => {
    const { keyField, keyNeeded } = settings;
    if (keyField !== undefined && keyNeeded) return { kind: 'denied', message: wordUnmapped(keyField, keyClaim) };
    if (reading.kind !== 'identity') return reading;
    const { identity } = reading;
    const found = keys.findIdentity?.(identity) ?? { kind: 'database-down' as const };
    return found instanceof Promise ? found.then((finding) => toFinding(finding, identity)) : toFinding(found, identity);
  };
  const identify = (verified: Verified): TokenFinding | Promise<TokenFinding> => {
    if (verified.kind !== 'read') return verified;
    const { keyClaim: value } = verified;
    const { keyField: name } = settings;
    if (name === undefined || value === undefined) return byClaims(verified);
    const found = keys.findMapped?.({ name, value }) ?? { kind: 'database-down' as const };
    const judge = (finding: KeyFinding): TokenFinding | Promise<TokenFinding> =>
      finding.kind === 'unknown' ? byClaims(verified) : finding;
    return found instanceof Promise ? found.then(judge) : judge(found);
  };
  return {
    find: (token) => {
      // By the whole token: those that share a beginning share nothing.
      const hash = hashKey(token);
      const known = kept.get(hash);
      if (known !== undefined && known.untilMs > clock.nowMs()) return identify(known.verified);
      return verify(token).then(({ verified, expiresMs }) => {
        if (verified.kind === 'read') keep(hash, verified, Math.min(expiresMs, clock.nowMs() + KEPT_MS));
        return identify(verified);
      });
    },
  };

  function createVerify({ fetch }: TokenLookupOptions): (token: string) => Promise<{ verified: Verified; expiresMs: number }> {
    const loading = loadOnce(async () => {
      const jose = await import('jose');
      const { keyUrls: urls, keysFreshSeconds, keysStaleSeconds } = settings;
      const { createLocalJWKSet } = jose;
      const times = { freshMs: keysFreshSeconds * 1000, staleMs: keysStaleSeconds * 1000 };
      return { jose, findKey: createKeySets({ urls, ...times, fetch, clock, createLocalJWKSet }) };
    });
    return async (token) => {
      const { jose, findKey } = await loading();
      try {
        const { payload } = await jose.jwtVerify(token, findKey, {
          algorithms: ALGORITHMS,
          requiredClaims: ['exp'],
          currentDate: new Date(clock.nowMs()),
          ...(settings.audience !== undefined && { audience: settings.audience }),
          ...(settings.issuer !== undefined && { issuer: settings.issuer }),
        });
        const claims = payload as Claims;
        const { keyField } = settings;
        const keyClaim = keyField === undefined ? undefined : readClaim(claims, keyField);
        return { verified: { kind: 'read', reading: readClaims(claims, settings), keyClaim }, expiresMs: (payload.exp ?? 0) * 1000 };
      } catch (error) {
        return { verified: toRefusal(error), expiresMs: 0 };
      }
    };
  }
}

function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
}

/** What is wrong with a token, without a word of what it says. */
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
function wordUnmapped(field: string, value: string | undefined): string {
  return value === undefined
    ? `JWT Key Mapping: Required claim '${field}' is missing from the JWT. Access denied.`
    : `JWT Key Mapping: No registered mapping for ${field}='${value}'. Access denied.`;
}

function toFinding(finding: IdentityFinding, { userId }: Identity): TokenFinding {
  if (finding.kind !== 'unknown-user') return finding;
  const message = `User doesn't exist in db. 'user_id'=${userId ?? ''}. Create user via \`/user/new\` call.`;
  return { kind: 'refused', message };
}
