// The global of that name is a getter, and would be asked with every piece.
import { performance } from 'node:perf_hooks';
import type { Headers, ProviderRequest, RawObject } from '@stagegate/core-transforms';
import type { AttemptTape, Caller, CallTape, Declined, Deployment, TapedCall, UpstreamFailure } from '../ports/index.ts';
import { TapedBody, type TapeMemory } from './taped-body.ts';

/** An answer as it came or went. */
export interface TapedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly atMs: number;
  readonly body: TapedBody;
}

/** Told once, when nothing more comes. */
export type EndOfTape = (tape: Tape) => void;

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
  /** Undefined: nobody has said. */
  spentUsd: number | undefined;
  /** What it holds, in characters or bytes. */
  length = 0;
  readonly #memory: TapeMemory;
  readonly #beganMs: number = performance.now();
  #end: EndOfTape | undefined;

  constructor(call: TapedCall, startedMs: number, memory: TapeMemory, end: EndOfTape) {
    this.call = call;
    this.startedMs = startedMs;
    this.#memory = memory;
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

  dropped(): void {
    this.#giveUp();
  }

  charged(usd: number): void {
    this.spentUsd = (this.spentUsd ?? 0) + usd;
  }

  replied(status: number, headers: Headers): void {
    this.answer = { status, headers, atMs: this.nowMs(), body: new TapedBody() };
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
    this.#hold(answer.body.add(piece, this.nowMs(), this.#memory));
    if (this.length > LENGTH_MAX) this.#giveUp();
  }

  /** Gives back what it holds, once it is packed. */
  release(): void {
    this.#memory.length -= this.length;
    this.answer?.body.release(this.#memory);
    for (const { answer } of this.attempts) answer?.body.release(this.#memory);
  }

  /** Milliseconds since the call began. */
  nowMs(): number {
    return performance.now() - this.#beganMs;
  }

  #hold(length: number): void {
    this.length += length;
    this.#memory.length += length;
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
    this.answer = { status, headers, atMs: this.#tape.nowMs(), body: new TapedBody() };
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
