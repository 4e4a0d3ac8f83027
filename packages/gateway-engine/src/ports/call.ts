import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RawObject } from '@stagegate/core-transforms';

/** The four ways to answer a call. ARCHITECTURE.md says what each of them does itself. */
export type LaneId = 'reference' | 'legacy-io' | 'legacy-thin' | 'hono';

/** What both shells export: the whole proxy as a function, so that replay, parity and tests need no sockets. */
export type Handler = (request: Request) => Promise<Response>;

/** What the front has read of a call's body already, so that no lane reads or scans it again. */
export interface Prescan {
  /** The whole body, within the size limit. */
  readonly bytes: Uint8Array;
  /** Its scan, when it was a JSON object. */
  readonly body: RawObject | undefined;
}

/** Why a lane will not serve a call, decided before anything was sent upstream. */
export interface Declined {
  /**
   * Who declined. Core is shared by three lanes: what it declines, only the reference can serve. A shell or the engine declines for its own
   * lane only.
   */
  readonly by: 'core' | 'engine' | 'shell';
  readonly reason: string;
}

/**
 * How a lane gives a declined call back to the front instead of writing its 400. True: the front has taken it, write nothing. `bytes` is
 * the whole body when the lane has read it.
 */
export type HandOver = (declined: Declined, bytes: Uint8Array | undefined) => boolean;

/** What the front passes on with a call. */
export interface FromFront {
  /** Name of the rule that chose the lane, for `x-stagegate-rule`. */
  readonly rule: string;
  /** Undefined when the front did not have to read the body. */
  readonly prescan: Prescan | undefined;
  readonly handOver: HandOver;
}

/**
 * Serves a call over Node's own objects: the same code as `Handler`, without web streams in between. Where a Handler declines by the header
 * `x-stagegate-declined` (`<by>: <reason>`) of its 400, a listener asks `handOver` first. `front` is undefined when the lane serves alone.
 */
export type NodeListener = (incoming: IncomingMessage, outgoing: ServerResponse, front?: FromFront) => void;

/** One lane, wired. */
export interface Lane {
  readonly id: LaneId;
  readonly handler: Handler;
  readonly listener: NodeListener;
}

/** Called once, when the caller goes away. */
export interface GoneListener {
  readonly handleEvent: () => void;
}

/** Whether the caller is still there. An AbortSignal is one; a socket's own events make a cheaper one. */
export interface CallerWatch {
  readonly aborted: boolean;
  readonly addEventListener: (type: 'abort', listener: GoneListener) => void;
  readonly removeEventListener: (type: 'abort', listener: GoneListener) => void;
}

/** A call as a shell hands it to the pipeline: HTTP taken apart, nothing decided. */
export interface RawCall {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** Query without the question mark; empty when there is none. */
  readonly query: string;
  /** One header by lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** Lower-case names of all headers, for forwarding by allow-list. */
  readonly headerNames: () => readonly string[];
  /** Reads the body, at most `bytesMax`; undefined when it is larger (the shell has then stopped reading). Rejects when the caller breaks off. */
  readonly readBody: (bytesMax: number) => Promise<Uint8Array | undefined>;
  readonly prescan: Prescan | undefined;
  /** The address at the other end of the socket; absent: there is none. */
  readonly peer?: string | undefined;
  /** The lane that serves the call, shown in `x-stagegate-lane`. */
  readonly lane?: LaneId;
  /** The rule that chose the lane, shown in `x-stagegate-rule`; absent when there was no front. */
  readonly rule?: string | undefined;
  /** Aborts when the client goes away. */
  readonly signal: CallerWatch;
}

/** Where a stream is written: to a Node response, or a web stream's controller. */
export interface TextSink {
  /** Writes at once. A promise means that the sink is full: wait for it before the next write. */
  readonly write: (text: string) => void | Promise<void>;
}

/** An answer whose text is pushed into a sink once status and headers have left. */
export interface StreamBody {
  /** Runs to the end of the answer. Errors become the dialect's error event, so that it rejects only for a bug. */
  readonly pump: (sink: TextSink) => Promise<void>;
}

/** An answer's body that is here in full. */
export type WholeBody = string | Uint8Array;

/** Whether a body is here in full, and not a stream that is still to run. */
export function isWhole(body: CallAnswer['body']): body is WholeBody {
  return typeof body === 'string' || body instanceof Uint8Array;
}

/** A call's answer, HTTP-shaped but bound to no server. */
export interface CallAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: WholeBody | StreamBody;
  /** Set on the 400 of a call that this lane will not serve and another may; nothing was sent upstream. */
  readonly declined?: Declined;
}
