import type { CallerWatch } from './call.ts';

/** What the engine sends to a provider: core's request with its credential applied. */
export interface UpstreamRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly timeouts: UpstreamTimeouts;
}

/** Limits per phase, in milliseconds; 0 switches one off. */
export interface UpstreamTimeouts {
  readonly connectMs: number;
  /** From request sent to response headers. */
  readonly headersMs: number;
  /** Between two pieces of the body. */
  readonly idleMs: number;
  /** From start to last byte. */
  readonly totalMs: number;
}

/** How an exchange failed before or while the answer arrived. */
export interface UpstreamFailure {
  /** `credentials`: there are none, or the token service gave none; nothing was sent. */
  readonly kind:
    | 'credentials'
    | 'connect'
    | 'connect-timeout'
    | 'headers-timeout'
    | 'idle-timeout'
    | 'total-timeout'
    | 'reset'
    | 'too-large'
    | 'aborted';
  /** For the log; may name the host, never a credential. */
  readonly message: string;
}

/** Status and headers have arrived; the body comes as it is asked for. */
export interface UpstreamAnswer {
  readonly status: number;
  /** Lower-case names, repeated ones joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body, at most `bytesMax`. */
  readonly readAll: (bytesMax: number) => Promise<Uint8Array | UpstreamFailure>;
  /**
   * Pushes each piece as it arrives; a promise from the consumer pauses the socket until it settles. Gives undefined
   * after a clean end, else what broke. `stop` from the consumer aborts the exchange.
   */
  readonly forEachChunk: (consume: (chunk: Uint8Array) => void | 'stop' | Promise<void | 'stop'>) => Promise<UpstreamFailure | undefined>;
}

/** The door to providers. One real implementation on undici; tests and replay pass others. */
export interface Upstream {
  readonly send: (request: UpstreamRequest, signal: CallerWatch) => Promise<UpstreamAnswer | UpstreamFailure>;
  readonly close: () => Promise<void>;
}

/** Tells a failure from an answer. */
export function isUpstreamFailure<T extends object>(given: T | UpstreamFailure): given is UpstreamFailure {
  return 'kind' in given && 'message' in given;
}
