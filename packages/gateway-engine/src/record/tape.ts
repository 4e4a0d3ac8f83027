import type { Headers, ProviderRequest, RawObject } from '@stagegate/core-transforms';
import type { Caller, CallTape, Declined, Deployment, TapedCall, UpstreamFailure } from '../ports/index.ts';

/** An answer as it came or went, kept by reference. */
export interface TapedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly atMs: number;
  readonly pieces: (string | Uint8Array)[];
  /** When each piece came or went. */
  readonly times: number[];
}

/** One request to a provider. */
export interface TapedAttempt {
  readonly deployment: Deployment;
  readonly atMs: number;
  readonly request: ProviderRequest;
  readonly applied: Headers;
  answer: TapedAnswer | undefined;
  failure: UpstreamFailure | undefined;
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

  sent(deployment: Deployment, request: ProviderRequest, applied: Headers): void {
    this.attempts.push({ deployment, atMs: this.#nowMs(), request, applied, answer: undefined, failure: undefined });
    this.#hold(request.body.length);
  }

  answered(status: number, headers: Headers): void {
    const attempt = this.attempts.at(-1);
    if (attempt !== undefined) attempt.answer = { status, headers, atMs: this.#nowMs(), pieces: [], times: [] };
  }

  received(piece: Uint8Array): void {
    this.#keep(this.attempts.at(-1)?.answer, piece);
  }

  failed(failure: UpstreamFailure): void {
    const attempt = this.attempts.at(-1);
    if (attempt === undefined) this.failure = failure;
    else attempt.failure = failure;
    // Nobody is there to be answered: whoever would tell of the answer's end may never come to it.
    if (failure.kind === 'aborted') setImmediate(() => this.ended());
  }

  replied(status: number, headers: Headers): void {
    this.answer = { status, headers, atMs: this.#nowMs(), pieces: [], times: [] };
  }

  wrote(piece: string | Uint8Array): void {
    this.#keep(this.answer, piece);
  }

  ended(declined?: Declined): void {
    this.declined = declined;
    const end = this.#end;
    this.#end = undefined;
    end?.(this);
  }

  #keep(answer: TapedAnswer | undefined, piece: string | Uint8Array): void {
    if (answer === undefined || this.#end === undefined) return;
    this.#hold(piece.length);
    if (this.length > LENGTH_MAX) return this.#giveUp();
    answer.pieces.push(piece);
    answer.times.push(this.#nowMs());
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

  #nowMs(): number {
    return performance.now() - this.#beganMs;
  }
}
