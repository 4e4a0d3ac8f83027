import type { Readable } from 'node:stream';

/** A call on its way to the other gateway. */
export interface OutgoingCall {
  readonly method: string;
  /** Path and query, as the client sent them. */
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Uint8Array | Readable | null;
  /** The rule that sent it there; undefined without a front. */
  readonly rule: string | undefined;
}

/** The client's end of a relayed call. */
export interface RelaySink {
  readonly start: (status: number, statusText: string, headers: string[]) => void;
  /** False means full: the controller's `resume` is called when there is room. */
  readonly write: (chunk: Uint8Array, resume: () => void) => boolean;
  readonly end: () => void;
  /** Before `start` this becomes a 502; after it the connection is cut, never ended cleanly. */
  readonly fail: (error: Error) => void;
}
