import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import type { Clock } from '../ports/index.ts';

/** A key set cannot be fetched, and the last one is too old to be used. */
export class KeySetUnreachable extends Error {}

/** What key sets are read with. */
export interface KeySetOptions {
  readonly urls: readonly string[];
  readonly freshMs: number;
  readonly staleMs: number;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** From jose, which is loaded with the first token. */
  readonly createLocalJWKSet: (keys: JSONWebKeySet) => JWTVerifyGetKey;
}

interface Kept {
  readonly find: JWTVerifyGetKey;
  readonly readMs: number;
}

const TIMEOUT_MS = 5_000;
/** Tokens that name unknown keys make the gateway fetch the set once in this time, not once per token. */
const COOLDOWN_MS = 30_000;
/** The pause after a failed fetch. */
const PAUSE_MS = 1_000;
const DISCOVERY = '.well-known/openid-configuration';

/**
 * Finds the key that a token names, in the first of several sets that has it. Sets are cached. A set without the key is fetched again, since
 * providers rotate their keys; while it cannot be fetched, the last one is used for `staleMs`.
 *
 * errors: the finder throws KeySetUnreachable, or jose's error where no set has the key.
 */
export function createKeySets(options: KeySetOptions): JWTVerifyGetKey {
  const sets = options.urls.map((url) => createKeySet(url, options));
  return async (header, token) => {
    let missing: unknown;
    for (const find of sets) {
      try {
        return await find(header, token);
      } catch (error) {
        if (error instanceof KeySetUnreachable) throw error;
        missing = error;
      }
    }
    throw missing;
  };
}

function createKeySet(url: string, options: KeySetOptions): JWTVerifyGetKey {
  const { clock, freshMs, staleMs } = options;
  let kept: Kept | undefined;
  let reading: Promise<Kept> | undefined;
  let pausedUntilMs = 0;
  const read = (): Promise<Kept> => {
    reading ??= readKeySet(url, options)
      .then((keys) => (kept = { find: options.createLocalJWKSet(keys), readMs: clock.monotonicMs() }))
      .catch((error: unknown) => {
        pausedUntilMs = clock.monotonicMs() + PAUSE_MS;
        throw error;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  const current = async (): Promise<Kept> => {
    const nowMs = clock.monotonicMs();
    const ageMs = kept === undefined ? Infinity : nowMs - kept.readMs;
    if (kept !== undefined && ageMs < freshMs) return kept;
    try {
      if (nowMs < pausedUntilMs) throw new KeySetUnreachable(url);
      return await read();
    } catch {
      if (kept !== undefined && ageMs < freshMs + staleMs) return kept;
      throw new KeySetUnreachable(url);
    }
  };
  return async (header, token) => {
    const set = await current();
    try {
      return await set.find(header, token);
    } catch (error) {
      if (clock.monotonicMs() - set.readMs < COOLDOWN_MS) throw error;
      const renewed = await read().catch(() => undefined);
      if (renewed === undefined) throw error;
      return renewed.find(header, token);
    }
  };
}

async function readKeySet(url: string, options: KeySetOptions): Promise<JSONWebKeySet> {
  const target = url.includes(DISCOVERY) ? await readDiscovery(url, options) : url;
  const set = await readJson(target, options);
  if (typeof set !== 'object' || set === null) throw new Error('no key set');
  return ('keys' in set ? set : { keys: Array.isArray(set) ? set : [set] }) as JSONWebKeySet;
}

async function readDiscovery(url: string, options: KeySetOptions): Promise<string> {
  const document = await readJson(url, options);
  if (typeof document !== 'object' || document === null || !('jwks_uri' in document)) throw new Error('no jwks_uri');
  return String(document.jwks_uri);
}

async function readJson(url: string, options: KeySetOptions): Promise<unknown> {
  const answer = await options.fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}
