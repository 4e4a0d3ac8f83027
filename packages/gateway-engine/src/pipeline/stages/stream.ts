import type { ClientCall, OpaqueMachine, Step, TransformError } from '@stagegate/core-transforms';
import type { AnswerMeter } from '../../billing/index.ts';
import { renderErrorEvent, toAnswerError, type EngineError } from '../../errors/index.ts';
import type { StreamBody, TextSink, UpstreamAnswer, UpstreamFailure } from '../../ports/index.ts';
import type { OpenCall } from '../engine-parts.ts';
import { machineText, utf8Text, type BytesToText } from './bytes-to-text.ts';
import type { PlannedCall } from './plan.ts';

/** Text that may wait for the client before the provider is paused. */
const PENDING_CHARS_MAX = 65_536;

/** A stream that has begun, or the error that came instead of its first event and can still become a status. */
export type StreamStart =
  | {
      readonly ok: true;
      readonly body: StreamBody;
      /** Settles when the provider is done, whether or not anybody reads. */
      readonly ended: Promise<void>;
      /** Once it has ended: nothing of the answer is missing. */
      readonly isComplete: () => boolean;
    }
  | { readonly ok: false; readonly error: EngineError };

/**
 * Starts to turn the provider's stream into the client's, and waits for the first text that comes out.
 *
 * A cut, an error or an empty stream before it is an error with a status; after it, the one error event of the dialect.
 */
export function startStream(
  open: OpenCall,
  client: ClientCall,
  planned: PlannedCall,
  answer: UpstreamAnswer,
  meter: AnswerMeter | undefined,
): Promise<StreamStart> {
  const { transform, plan } = planned;
  return new StreamRun(open, planned, transform.stream(client, plan), transform.decode?.(client, plan), meter).start(answer);
}

/** One stream on its way. A class, not closures: it is made once per call and holds what every chunk needs. */
class StreamRun implements StreamBody {
  readonly #open: OpenCall;
  readonly #planned: PlannedCall;
  readonly #machine: OpaqueMachine<string, string>;
  readonly #bytes: BytesToText;
  readonly #started = Promise.withResolvers<StreamStart>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #meter: AnswerMeter | undefined;
  #state: unknown;
  #sink: TextSink | undefined;
  #pending = '';
  #resume: (() => void) | undefined;
  #begun = false;
  #failed: EngineError | undefined;

  constructor(
    open: OpenCall,
    planned: PlannedCall,
    machine: OpaqueMachine<string, string>,
    decode: OpaqueMachine<Uint8Array, string> | undefined,
    meter: AnswerMeter | undefined,
  ) {
    this.#open = open;
    this.#planned = planned;
    this.#machine = machine;
    this.#state = machine.start(open.ambient);
    this.#meter = meter;
    this.#bytes = decode === undefined ? utf8Text() : machineText(decode, open.ambient);
  }

  start(answer: UpstreamAnswer): Promise<StreamStart> {
    answer
      .forEachChunk((chunk) => this.#consume(chunk))
      .then(
        (failure) => this.#finish(failure),
        (bug: unknown) => this.#break(bug),
      );
    return this.#started.promise;
  }

  pump(sink: TextSink): Promise<void> {
    this.#sink = sink;
    const text = this.#pending;
    this.#pending = '';
    const full = text === '' ? undefined : sink.write(text);
    if (this.#resume !== undefined) void Promise.resolve(full).then(this.#resume);
    return this.#ended.promise;
  }

  #consume(chunk: Uint8Array): void | 'stop' | Promise<void> {
    const { text, error } = this.#bytes.read(chunk);
    const full = text === '' ? undefined : this.#take(text);
    if (error === undefined || full === 'stop') return full;
    this.#failed = this.#wrap(error);
    return 'stop';
  }

  #take(text: string): void | 'stop' | Promise<void> {
    this.#meter?.heard(text);
    const step = this.#machine.step(this.#state, text);
    this.#state = step.state;
    if (step.usage !== undefined) this.#meter?.counted(step.usage);
    const full = this.#write(textOf(step));
    if (step.error === undefined) return full;
    this.#failed = this.#wrap(step.error);
    return 'stop';
  }

  /** Gives a promise when the client cannot take more just now. */
  #write(text: string): void | Promise<void> {
    if (text === '') return undefined;
    this.#meter?.gave(text);
    if (this.#sink !== undefined) return this.#sink.write(text);
    this.#pending += text;
    if (!this.#begun) {
      this.#begun = true;
      this.#started.resolve({
        ok: true,
        body: this,
        ended: this.#ended.promise,
        isComplete: () => this.#failed === undefined,
      });
    }
    if (this.#pending.length < PENDING_CHARS_MAX) return undefined;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  #finish(failure: UpstreamFailure | undefined): void {
    if (this.#failed === undefined) this.#end(failure);
    const error = this.#failed;
    if (!this.#begun) {
      this.#started.resolve({ ok: false, error: error ?? this.#wrap(this.#empty()) });
      return;
    }
    if (error !== undefined && !isGone(error)) {
      this.#meter?.broke(error);
      this.#write(this.#word(error));
    }
    this.#ended.resolve();
  }

  /** The last text, or what was missing. */
  #end(failure: UpstreamFailure | undefined): void {
    const { plan } = this.#planned;
    const tail = this.#bytes.end();
    if (tail.text !== '' && this.#take(tail.text) === 'stop') return;
    if (tail.error !== undefined && failure === undefined) {
      this.#failed = this.#wrap(tail.error);
      return;
    }
    const last = this.#machine.end(this.#state);
    this.#state = last.state;
    if (last.usage !== undefined) this.#meter?.counted(last.usage);
    const text = textOf(last);
    // A reset takes nothing from an answer that had come to its very end: the machine has then nothing to add.
    if (failure !== undefined && (last.error !== undefined || text !== '' || !this.#begun)) {
      this.#failed = { kind: 'upstream', failure, provider: plan.provider.errorName, modelGroup: plan.modelGroup };
      return;
    }
    this.#write(text);
    if (last.error !== undefined) this.#failed = this.#wrap(last.error);
  }

  /** A bug in a machine: the client gets an end it can recognise, whoever runs the engine gets the bug. */
  #break(bug: unknown): void {
    const error: EngineError = { kind: 'internal' };
    if (!this.#begun) return this.#started.reject(bug);
    this.#write(this.#word(error));
    this.#ended.reject(bug);
  }

  /** The dialect's own end of a stream that broke off, else an error in the route's envelope. */
  #word(error: EngineError): string {
    const shown = toAnswerError(error);
    return this.#machine.fail?.(this.#state, shown).join('') ?? renderErrorEvent(this.#open.route.envelope, shown);
  }

  #empty(): TransformError {
    return { kind: 'stream-cut', provider: this.#planned.plan.provider.errorName, phase: 'before the first event' };
  }

  #wrap(error: TransformError): EngineError {
    return { kind: 'transform', error, modelGroup: this.#planned.plan.modelGroup };
  }
}

function textOf({ out }: Step<unknown, string>): string {
  return out.length === 1 ? (out[0] ?? '') : out.join('');
}

function isGone(error: EngineError): boolean {
  return error.kind === 'upstream' && error.failure.kind === 'aborted';
}
