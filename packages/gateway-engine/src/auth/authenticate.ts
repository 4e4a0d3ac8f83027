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
import { findNamed } from '../tokens/find-named.ts';
import { createKeyCheck, type HeaderReader } from './check-key.ts';
import { compileProxyIdentity } from './proxy-identity.ts';

/** The settings that `createAuthenticate` reads. */
export type KeyRules = Pick<GatewayConfig, 'masterKey' | 'keyHeaderName' | 'proxyIdentity'>;

/**
 * Who makes a call, by its headers, and by the address of its connection (`peer`) where a proxy in front says who calls. A promise when the
 * database has to be asked. Never rejects.
 */
export type Authenticate = (header: HeaderReader, peer?: string) => Staged<Caller> | Promise<Staged<Caller>>;

/** The sha-256 of a whole key, in hex: the form in which keys are stored and compared. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/**
 * Makes the check of who calls, which comes before a body is read. Blocked and expired keys are refused here, whatever the call is for.
 *
 * in:   `keys`: undefined where there is no database, so that the master key is the only one. `tokens`: undefined where there is no
 *       identity provider.
 * cost: with the master key, the cost of `createKeyCheck`; with a virtual key that is cached, one sha-256 more.
 */
export function createAuthenticate(config: KeyRules, keys: KeyLookup | undefined, clock: Clock, tokens?: TokenLookup): Authenticate {
  const { masterKey, keyHeaderName } = config;
  const checkMaster = createKeyCheck(masterKey, keyHeaderName);
  const master = done(masterKey === undefined ? ANYONE : MASTER);
  const byProxy = config.proxyIdentity === undefined ? undefined : compileProxyIdentity(config.proxyIdentity);
  const judgeNow = (finding: TokenFinding): Staged<Caller> => judgeToken(finding, clock.nowMs());
  return (header, peer) => {
    const refused = checkMaster(header);
    if (refused === undefined) return master;
    if (tokens !== undefined && refused.kind === 'wrong-key' && tokens.takes(refused.key)) {
      const found = tokens.find(refused.key);
      return found instanceof Promise ? found.then(judgeNow) : judgeNow(found);
    }
    const isKey = refused.kind === 'wrong-key' && refused.key.startsWith('sk-');
    if (byProxy !== undefined && !isKey) {
      const named = byProxy(header, peer);
      if ('kind' in named) return stop(named);
      const found = findNamed(keys, named, clock);
      return found instanceof Promise ? found.then(judgeNow) : judgeNow(found);
    }
    if (keys === undefined || !isKey) return stop(refused);
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
      // The token is mapped to a key, which may be blocked or expired itself.
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
      return stop({ kind: 'identity-provider-down', ...(finding.message !== undefined && { message: finding.message }) });
    case 'database-down':
      return stop({ kind: 'database-down' });
  }
}

/** Whether a known key may be used now: undefined, or the refusal. */
function refuseKey({ grants }: Caller, key: string, nowMs: number): EngineError | undefined {
  if (grants === undefined) return undefined;
  if (grants.blocked) return { kind: 'caller-refused', message: "Key is blocked. Update via `/key/unblock` if you're an admin." };
  if (grants.expiresMs !== undefined && grants.expiresMs < nowMs) return { kind: 'expired-key', key, expiresMs: grants.expiresMs, nowMs };
  if (grants.unenforced.length > 0) return { kind: 'limits-not-built', names: grants.unenforced };
  return undefined;
}
