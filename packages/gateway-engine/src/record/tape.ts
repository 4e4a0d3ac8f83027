// The global `performance` is a getter, which would run for every piece.
import { performance } from 'node:perf_hooks';
import type { Headers, ProviderRequest, RawObject } from '@stagegate/core-transforms';
import type { AttemptTape, Caller, CallTape, Declined, Deployment, TapedCall, UpstreamFailure } from '../ports/index.ts';
import { TapedBody, type TapeMemory } from './taped-body.ts';

/** An answer on tape, a provider's or ours. */
export interface TapedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly atMs: number;
  readonly body: TapedBody;
}

/** Called once, when the tape is complete. */
export type EndOfTape = (tape: Tape) => void;

/** Recording of a larger call is given up, to bound memory. In characters or bytes. */
const LENGTH_MAX = 64 * 1_048_576;

/** A tape in memory. A class and not closures, because one is made for each call. */
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
  /** The failure of a call whose attempts are not seen. */
  failure: UpstreamFailure | undefined;
  /** USD; undefined: not known. */
  spentUsd: number | undefined;
  /** The size of what it holds, in characters or bytes. */
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

  /** Adds a piece to an answer of this call, unless the tape has ended. */
  keep(answer: TapedAnswer | undefined, piece: string | Uint8Array): void {
    if (answer === undefined || this.#end === undefined) return;
    this.#hold(answer.body.add(piece, this.nowMs(), this.#memory));
    if (this.length > LENGTH_MAX) this.#giveUp();
  }

  /** Releases its memory, once it is packed. */
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
    // The client is gone, so the end of an answer may never be reported.
    if (failure.kind === 'aborted' && this.#tape.call.isGone()) setImmediate(() => this.#tape.ended());
  }
}
