import type { JsonRecord } from '../json.ts';

/** How an answer stops. `clean`: as HTTP wants it; `close`: the connection ends without the answer's own end; `reset`: a TCP reset; `hang`: nothing more ever comes. */
export type ScriptedEnd = 'clean' | 'close' | 'reset' | 'hang';

/** What to answer to one request, and how badly. An empty script is the dialect's natural answer. */
export interface Script {
  /** Default: the natural answer's. */
  readonly status?: number;
  /** Added to the natural ones; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, an object as JSON. Default: the dialect's natural answer to the request. */
  readonly body?: string | Uint8Array | JsonRecord;
  /** Seconds for a `retry-after` header. */
  readonly retryAfterSeconds?: number;
  /** Milliseconds before the status line. */
  readonly delayMs?: number;
  /** Byte offsets at which the body is cut into writes of their own. Default: one write per event of a stream, else one. */
  readonly splitAt?: readonly number[];
  /** Milliseconds between two writes. */
  readonly pieceDelayMs?: number;
  /** Sends only so many bytes of the body. */
  readonly cutAfterBytes?: number;
  /** Default: clean. With `hang` and `cutAfterBytes: 0` not even a status line is sent. */
  readonly end?: ScriptedEnd;
  /** Bytes for the socket in place of an HTTP answer. */
  readonly raw?: string;
}

/** What the fake upstream saw of one request. */
export interface SeenRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body as text. */
  readonly text: string;
  /** The body as JSON when it was an object, else empty. */
  readonly json: JsonRecord;
  /** Bytes of the answer that its socket has taken so far. */
  readonly sentBytes: () => number;
  /** Settles when the exchange is over: whether the client went away first, and when (`performance.now()`). */
  readonly finished: Promise<{ readonly aborted: boolean; readonly atMs: number }>;
}
