import { hash, timingSafeEqual } from 'node:crypto';
import type { EngineError } from '../errors/index.ts';

/** Reads one header by lower-case name. */
export type HeaderReader = (name: string) => string | undefined;

/** Whether a caller may come in: undefined, or why not. Constant time in the key's content. */
export type KeyCheck = (header: HeaderReader) => EngineError | undefined;

/** Headers that hold a bare key without a scheme, read after `x-litellm-api-key` and `authorization`; the first one found wins. */
const BARE_KEY_HEADERS = ['api-key', 'x-api-key', 'x-goog-api-key', 'ocp-apim-subscription-key'] as const;

const SCHEMES = ['Bearer ', 'bearer ', 'Basic '] as const;
const SIGV4_BEARER = /Credential=(?:Bearer\s+)?([^/\s,]+)/u;

/**
 * Makes the check of the master key. Digests are compared in constant time.
 *
 * in: the master key; without one everybody is let in, as the reference does. `keyHeaderName`: `litellm_key_header_name` in lower case;
 *     when set, the only header that a key is read from.
 */
export function createKeyCheck(masterKey: string | undefined, keyHeaderName: string | undefined): KeyCheck {
  if (masterKey === undefined) return () => undefined;
  const expected = digest(masterKey);
  // Digests of headers that held the right key. Only right keys get in here, and a Map compares whole strings of equal hash, so the time of
  // a look-up does not tell how much of a wrong key is right.
  const known = new Map<string, Buffer>();
  return (header) => {
    const key = keyHeaderName === undefined ? findKey(header) : bearer(header(keyHeaderName) ?? '');
    if (key === undefined) return { kind: 'no-key' };
    if (key === '') return { kind: 'malformed-key' };
    const given = known.get(key) ?? digest(key);
    if (!timingSafeEqual(given, expected)) return { kind: 'wrong-key', key };
    if (known.size === 0) known.set(key, given);
    return undefined;
  };
}

/** The key that a call came with, by the reference's order of headers; undefined when it came with none. */
export function findKey(header: HeaderReader): string | undefined {
  const own = header('x-litellm-api-key');
  if (own !== undefined) return bearerOrBare(own);
  const authorization = header('authorization');
  if (authorization !== undefined && authorization !== '') return bearer(authorization);
  for (const name of BARE_KEY_HEADERS) {
    const key = header(name);
    if (key !== undefined) return key;
  }
  return undefined;
}

/** Every header that a key may come in. */
export function findKeyHeaders(keyHeaderName: string | undefined): ReadonlySet<string> {
  return new Set(['x-litellm-api-key', 'authorization', ...BARE_KEY_HEADERS, ...(keyHeaderName === undefined ? [] : [keyHeaderName])]);
}

/** Whether two secrets are the same. Constant time in their content. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** The key behind a scheme that the reference knows; else empty. */
function bearer(value: string): string {
  const key = bearerOrBare(value);
  return key === value ? '' : key;
}

function bearerOrBare(value: string): string {
  for (const scheme of SCHEMES) if (value.startsWith(scheme)) return value.slice(scheme.length);
  if (value.startsWith('AWS4-HMAC-SHA256')) return SIGV4_BEARER.exec(value)?.[1] ?? value;
  return value;
}
