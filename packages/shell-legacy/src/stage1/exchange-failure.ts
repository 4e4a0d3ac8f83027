import type { UpstreamFailure } from '@stagegate/gateway-engine/ports';

/** Why stage 1 itself broke an exchange off: the reason its abort signal carries. */
export class ExchangeFailure extends Error {
  readonly failure: UpstreamFailure;

  constructor(failure: UpstreamFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Codes that Node's fetch hides in `cause`. */
const KINDS: Readonly<Record<string, UpstreamFailure['kind']>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  UND_ERR_HEADERS_TIMEOUT: 'headers-timeout',
  UND_ERR_BODY_TIMEOUT: 'idle-timeout',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too-large',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  UND_ERR_SOCKET: 'reset',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
};

/**
 * What Node's fetch threw → a failure of the error table. Failures that fetch does not distinguish are `connect` before the head and
 * `reset` after it.
 */
export function toFailure(thrown: unknown, when: 'head' | 'body'): UpstreamFailure {
  if (thrown instanceof ExchangeFailure) return thrown.failure;
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  return { kind: KINDS[code] ?? (when === 'head' ? 'connect' : 'reset'), message };
}
