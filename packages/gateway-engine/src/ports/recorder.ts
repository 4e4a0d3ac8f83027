import type { Ambient, Headers, ProviderRequest, RawObject } from '@stagegate/core-transforms';
import type { Declined, LaneId } from './call.ts';
import type { Caller } from './caller.ts';
import type { Deployment } from './gateway-config.ts';
import type { UpstreamFailure } from './upstream.ts';

/** Records calls for replay. A gateway that records nothing has no recorder, which costs a call one comparison. */
export interface Recorder {
  /** A tape for one call; undefined when this call is not in the sample. */
  readonly begin: (call: TapedCall) => CallTape | undefined;
}

/** What is known of a call when it begins. It is read once the call is over, so it must not change. */
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
 * One call while it is recorded. Methods store what they are given and return at once: only the pieces of a stream are copied, nothing is
 * masked or written until the call is over, and nothing ever throws.
 */
export interface CallTape {
  /** Who makes the call. Not told where no lane of ours knows. */
  readonly calledBy: (caller: Caller) => void;
  /** The client's whole body, and its scan if it has been scanned. */
  readonly asked: (body: Uint8Array, scan?: RawObject) => void;
  /**
   * A request goes out. `request` is core's, before its credential; `applied` holds every header that is sent. A header that is not in
   * `request` is a secret, and is looked for in everything that is written.
   */
  readonly sent: (deployment: Deployment, request: ProviderRequest, applied: Headers) => AttemptTape;
  /** The call failed, where its attempts cannot be seen. */
  readonly failed: (failure: UpstreamFailure) => void;
  /** The answer comes from an earlier call, not from a provider: the call leaves no record, whatever else is reported. */
  readonly dropped: () => void;
  /** The cost of one answer, USD. Not told where it is not known. */
  readonly charged: (usd: number) => void;
  /** The head of the client's answer goes out. */
  readonly replied: (status: number, headers: Headers) => void;
  /** A piece of the client's answer. */
  readonly wrote: (piece: string | Uint8Array) => void;
  /**
   * Nothing more comes; `declined` when the lane gave the call back. A tape that is never ended, or that never got the client's body,
   * leaves no record: there would be nothing to replay.
   */
  readonly ended: (declined?: Declined) => void;
}

/** One request to a provider while it is recorded. Several of a call may be under way at once. */
export interface AttemptTape {
  /** The head of its answer is here. */
  readonly answered: (status: number, headers: Headers) => void;
  /** A piece of its body. */
  readonly received: (piece: Uint8Array) => void;
  /** It failed, or its answer broke off. */
  readonly failed: (failure: UpstreamFailure) => void;
}
