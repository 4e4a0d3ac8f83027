import type { Ambient, Headers, ProviderRequest, RawObject } from '@stagegate/core-transforms';
import type { Declined, LaneId } from './call.ts';
import type { Caller } from './caller.ts';
import type { Deployment } from './gateway-config.ts';
import type { UpstreamFailure } from './upstream.ts';

/** Keeps calls for replay. A gateway that keeps none has no recorder, and a call then pays one look at `undefined`. */
export interface Recorder {
  /** A tape for one call; undefined when this call is not in the sample. */
  readonly begin: (call: TapedCall) => CallTape | undefined;
}

/** What is known of a call when it begins. It is read once the call is over, so it must stay as it is. */
export interface TapedCall {
  readonly lane: LaneId;
  readonly rule: string | undefined;
  /** Id of its route. */
  readonly route: string;
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: string;
  readonly header: (name: string) => string | undefined;
  readonly ambient: Ambient;
  /** Whether its client went away. */
  readonly isGone: () => boolean;
}

/**
 * One call while it is recorded. Every method keeps what it is given and returns at once: nothing but the pieces of a stream is
 * copied, nothing is masked or written until the call is over, and nothing of it ever fails.
 */
export interface CallTape {
  /** Who it is. Not told where nobody of ours knows. */
  readonly calledBy: (caller: Caller) => void;
  /** The client's whole body is here, and its scan where there is one. */
  readonly asked: (body: Uint8Array, scan?: RawObject) => void;
  /**
   * A request goes out. `request` is core's, before its credential; `applied` holds every header that is really sent: what is
   * there and not in `request` is a secret, which is looked for in everything that is written.
   */
  readonly sent: (deployment: Deployment, request: ProviderRequest, applied: Headers) => AttemptTape;
  /** A call whose attempts are not seen failed. */
  readonly failed: (failure: UpstreamFailure) => void;
  /** Its answer comes from no provider, but from an earlier call: it leaves no record, whatever else is told. */
  readonly dropped: () => void;
  /** What an answer of it cost, USD; of several, each. Not told where nobody knows. */
  readonly charged: (usd: number) => void;
  /** The head of the client's answer goes out. */
  readonly replied: (status: number, headers: Headers) => void;
  /** A piece of its body. */
  readonly wrote: (piece: string | Uint8Array) => void;
  /**
   * Nothing more comes; `declined` when the lane gave the call back. A tape that is never ended, or that never got the client's
   * body, leaves no record: there is nothing in it to replay.
   */
  readonly ended: (declined?: Declined) => void;
}

/** One request to a provider while it is recorded: several of a call may be under way at once. */
export interface AttemptTape {
  /** The head of its answer is here. */
  readonly answered: (status: number, headers: Headers) => void;
  /** A piece of its body. */
  readonly received: (piece: Uint8Array) => void;
  /** It failed, or its answer broke off. */
  readonly failed: (failure: UpstreamFailure) => void;
}
