import type { Headers, ProviderRequest, RawObject } from '@stagegate/core-transforms';
import type { AttemptTape, Caller, CallTape, Declined, Deployment, TapedCall, UpstreamFailure } from '../ports/index.ts';

/** An answer as it came or went, kept by reference. */
export interface TapedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly atMs: number;
  readonly pieces: (string | Uint8Array)[];
  /** When each piece came or went. */
  readonly times: number[];
}

/** Told once, when nothing more comes. */
export type EndOfTape = (tape: Tape) => void;

/** What all tapes hold that have not been packed, in characters or bytes. */
export interface Held {
  length: number;
}

/** A call larger than this is given up: nobody's memory is for its record. Pieces are counted as characters or bytes. */
const LENGTH_MAX = 64 * 1_048_576;

/** A tape in memory. A class, not closures: one is made per call. */
export class Tape implements CallTape {
  readonly call: TapedCall;
  /** Wall clock. */
  readonly startedMs: number;
  readonly attempts: TapedAttempt[] = [];
  caller: Caller | undefined;
  body: Uint8Array | undefined;
  scan: RawObject | undefined;
  answer: TapedAnswer | undefined;
  declined: Declined | undefined;
  /** Of a call whose attempts are not seen. */
  failure: UpstreamFailure | undefined;
  /** What it holds, in characters or bytes. */
  length = 0;
  readonly #held: Held;
  readonly #beganMs: number = performance.now();
  #end: EndOfTape | undefined;

  constructor(call: TapedCall, startedMs: number, held: Held, end: EndOfTape) {
    this.call = call;
    this.startedMs = startedMs;
    this.#held = held;
    this.#end = end;
  }

  calledBy(caller: Caller): void {
    this.caller = caller;
  }

  asked(body: Uint8Array, scan?: RawObject): void {
    this.body = body;
    this.scan = scan;
    this.#hold(body.length);
  }

  sent(deployment: Deployment, request: ProviderRequest, applied: Headers): AttemptTape {
    const attempt = new TapedAttempt(this, deployment, request, applied);
    this.attempts.push(attempt);
    this.#hold(request.body.length);
    return attempt;
  }

  failed(failure: UpstreamFailure): void {
    this.failure = failure;
  }

  replied(status: number, headers: Headers): void {
    this.answer = { status, headers, atMs: this.nowMs(), pieces: [], times: [] };
  }

  wrote(piece: string | Uint8Array): void {
    this.keep(this.answer, piece);
  }

  ended(declined?: Declined): void {
    this.declined = declined;
    const end = this.#end;
    this.#end = undefined;
    end?.(this);
  }

  /** Adds a piece to an answer of this call, while it is still told of. */
  keep(answer: TapedAnswer | undefined, piece: string | Uint8Array): void {
    if (answer === undefined || this.#end === undefined) return;
    this.#hold(piece.length);
    if (this.length > LENGTH_MAX) return this.#giveUp();
    answer.pieces.push(piece);
    answer.times.push(this.nowMs());
  }

  /** Milliseconds since the call began. */
  nowMs(): number {
    return performance.now() - this.#beganMs;
  }

  #hold(length: number): void {
    this.length += length;
    this.#held.length += length;
  }

  #giveUp(): void {
    this.body = undefined;
    this.answer = undefined;
    this.attempts.length = 0;
    this.ended();
  }
}

/** One request to a provider. */
export class TapedAttempt implements AttemptTape {
  readonly deployment: Deployment;
  readonly request: ProviderRequest;
  readonly applied: Headers;
  readonly atMs: number;
  answer: TapedAnswer | undefined;
  failure: UpstreamFailure | undefined;
  readonly #tape: Tape;

  constructor(tape: Tape, deployment: Deployment, request: ProviderRequest, applied: Headers) {
    this.#tape = tape;
    this.deployment = deployment;
    this.request = request;
    this.applied = applied;
    this.atMs = tape.nowMs();
  }

  answered(status: number, headers: Headers): void {
    this.answer = { status, headers, atMs: this.#tape.nowMs(), pieces: [], times: [] };
  }

  received(piece: Uint8Array): void {
    this.#tape.keep(this.answer, piece);
  }

  failed(failure: UpstreamFailure): void {
    this.failure = failure;
    // Nobody is there to be answered: whoever would tell of the answer's end may never come to it.
    if (failure.kind === 'aborted' && this.#tape.call.isGone()) setImmediate(() => this.#tape.ended());
  }
}
