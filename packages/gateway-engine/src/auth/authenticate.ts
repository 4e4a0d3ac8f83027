import { hash } from 'node:crypto';
import { done, stop, type EngineError, type Staged } from '../errors/index.ts';
import {
  ANYONE,
  MASTER,
  type Caller,
  type Clock,
  type GatewayConfig,
  type KeyFinding,
  type KeyLookup,
  type TokenFinding,
  type TokenLookup,
} from '../ports/index.ts';
import { createKeyCheck, type HeaderReader } from './check-key.ts';

/** What of the configuration `authenticate` decides by. */
export type KeyRules = Pick<GatewayConfig, 'masterKey' | 'keyHeaderName'>;

/** Who makes a call, by its headers alone; a promise when the database has to be asked. Never rejects. */
export type Authenticate = (header: HeaderReader) => Staged<Caller> | Promise<Staged<Caller>>;

/** The sha-256 of a whole key, hex: what stands for it everywhere. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/** Header, claims and signature. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/u;

/**
 * Makes the check that comes before a body is read: who has the key, and whether it may come in at all. Blocked and expired keys
 * end here, whatever they ask for.
 *
 * in:   `keys` is undefined where there is no database: then there is no key but the master key. `tokens`: where there is an
 *       identity provider.
 * cost: with the master key, what `createKeyCheck` costs; with a hot virtual key, one sha-256 more.
 */
export function createAuthenticate(config: KeyRules, keys: KeyLookup | undefined, clock: Clock, tokens?: TokenLookup): Authenticate {
  const { masterKey, keyHeaderName } = config;
  const checkMaster = createKeyCheck(masterKey, keyHeaderName);
  const master = done(masterKey === undefined ? ANYONE : MASTER);
  return (header) => {
    const refused = checkMaster(header);
    if (refused === undefined) return master;
    if (tokens !== undefined && refused.kind === 'wrong-key' && TOKEN.test(refused.key)) {
      const judgeNow = (finding: TokenFinding): Staged<Caller> => judgeToken(finding, clock.nowMs());
      const found = tokens.find(refused.key);
      return found instanceof Promise ? found.then(judgeNow) : judgeNow(found);
    }
    if (keys === undefined || refused.kind !== 'wrong-key' || !refused.key.startsWith('sk-')) return stop(refused);
    const judge = (finding: KeyFinding): Staged<Caller> => {
      if (finding.kind === 'unknown') return stop(refused);
      if (finding.kind === 'database-down') return stop({ kind: 'database-down' });
      const problem = refuseKey(finding.caller, refused.key, clock.nowMs());
      return problem === undefined ? done(finding.caller) : stop(problem);
    };
    const found = keys.find(hashKey(refused.key));
    return found instanceof Promise ? found.then(judge) : judge(found);
  };
}

function judgeToken(finding: TokenFinding, nowMs: number): Staged<Caller> {
  switch (finding.kind) {
    case 'found': {
      // Of a key that the token stands for.
      const problem = refuseKey(finding.caller, finding.caller.keyHash ?? '', nowMs);
      return problem === undefined ? done(finding.caller) : stop(problem);
    }
    case 'refused':
      return stop({ kind: 'caller-refused', message: finding.message });
    case 'denied':
      return stop({ kind: 'token-denied', message: finding.message });
    case 'expired':
      return stop({ kind: 'token-expired' });
    case 'provider-down':
      return stop({ kind: 'identity-provider-down' });
    case 'database-down':
      return stop({ kind: 'database-down' });
  }
}

/** Whether a known key may come in now: undefined, or why not. */
function refuseKey({ grants }: Caller, key: string, nowMs: number): EngineError | undefined {
  if (grants === undefined) return undefined;
  if (grants.blocked) return { kind: 'caller-refused', message: "Key is blocked. Update via `/key/unblock` if you're an admin." };
  if (grants.expiresMs !== undefined && grants.expiresMs < nowMs) return { kind: 'expired-key', key, expiresMs: grants.expiresMs, nowMs };
  if (grants.unenforced.length > 0) return { kind: 'limits-not-built', names: grants.unenforced };
  return undefined;
}
