import type { OpaqueMachine, Step, TransformError } from '@stagegate/core-transforms';
import { streamCost } from '@stagegate/gateway-engine/billing';
import { KEPT_CHARS_MAX } from '@stagegate/gateway-engine/caching';
import { renderErrorEvent, toAnswerError, type AnswerError, type EngineError } from '@stagegate/gateway-engine/errors';
import type { UpstreamFailure } from '@stagegate/gateway-engine/ports';
import { writeText } from '../node/write-text.ts';
import { answerHeaders } from './answer-headers.ts';
import type { ProviderReply } from './ask-provider.ts';
import type { CachedAnswer } from './cached-answer.ts';
import type { PlannedCall } from './call-provider.ts';
import { costOfStream } from './charge-answer.ts';
import type { App, Exchange } from './parts.ts';
import { Refusal } from './refusal.ts';
import { tapeHead } from './reply.ts';
import type { AttemptWatch } from './watch-attempt.ts';

/** A transform's machine, and its state. */
interface Run {
  readonly machine: OpaqueMachine<string, string>;
  state: unknown;
}

/** How a stream ended: undefined for a whole answer, else with an error. */
type Ending = EngineError | undefined;

/** An attempt whose provider has begun to stream. */
interface StreamedReply {
  readonly reply: ProviderReply;
  readonly watch: AttemptWatch;
  /** Undefined: the answer is not kept. */
  readonly cached: CachedAnswer | undefined;
}

/**
 * Reads the provider's stream piece by piece, decodes it by hand and pushes the client's events.
 *
 * The head of the answer waits for the first event: an error before it is thrown and becomes a status, one after it becomes the dialect's
 * one error event.
 */
export async function pumpEvents(
  app: App,
  exchange: Exchange,
  planned: PlannedCall,
  { reply, watch, cached }: StreamedReply,
): Promise<void> {
  const { outgoing, tape } = exchange;
  let begun = false;
  let gathered = '';
  const costUsd = (): number | undefined => costOfStream(exchange, planned, watch, app.clock.monotonicMs() - watch.askedMs);
  const show = streamCost(planned.plan.dialect, planned.client.body.value, costUsd);
  const push = (text: string): void | Promise<void> => {
    if (text === '') return undefined;
    if (!begun && !outgoing.destroyed) {
      const type = 'text/event-stream; charset=utf-8';
      const head = {
        ...answerHeaders(app, exchange, type, { deployment: planned.deployment, provider: reply.headers }),
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      };
      tapeHead(exchange, 200, head);
      outgoing.writeHead(200, head);
    }
    begun = true;
    watch.gave(text);
    const shown = show === undefined ? text : show(text);
    if (cached !== undefined && gathered.length <= KEPT_CHARS_MAX) gathered += shown;
    tape?.wrote(shown);
    return writeText(outgoing, shown);
  };
  const machine = planned.transform.stream(planned.client, planned.plan);
  const run: Run = { machine, state: machine.start(exchange.ambient) };
  const problem = await runMachine(exchange, planned, run, { read: reply.read, meter: watch.meter, push, hasBegun: () => begun });
  if (!begun) throw new Refusal(problem ?? cutBeforeFirst(planned), planned.deployment, reply.headers);
  const gone = problem?.kind === 'upstream' && problem.failure.kind === 'aborted';
  if (problem !== undefined && !gone) {
    watch.meter.broke(problem);
    await push(wordFailure(run, planned, toAnswerError(problem)));
  }
  outgoing.end();
  tape?.ended();
  if (problem === undefined) cached?.keep(gathered);
}

/** The dialect's own end of a stream that broke off, else an error event in the route's envelope. */
function wordFailure({ machine, state }: Run, { route }: PlannedCall, shown: AnswerError): string {
  return machine.fail?.(state, shown).join('') ?? renderErrorEvent(route.envelope, shown);
}

/** The two ends of a stream: where its pieces come from, and where its events go. */
interface StreamEnds extends Pick<ProviderReply, 'read'>, Pick<AttemptWatch, 'meter'> {
  readonly push: (text: string) => void | Promise<void>;
  /** Whether anything was pushed. */
  readonly hasBegun: () => boolean;
}

async function runMachine(
  exchange: Exchange,
  planned: PlannedCall,
  run: Run,
  { read, meter, push, hasBegun }: StreamEnds,
): Promise<Ending> {
  const { machine } = run;
  const decoder = decoderFor(exchange, planned);
  const take = async (text: string): Promise<Ending> => {
    if (text === '') return undefined;
    meter.heard(text);
    const step = machine.step(run.state, text);
    run.state = step.state;
    if (step.usage !== undefined) meter.counted(step.usage);
    await push(joined(step));
    return step.error === undefined ? undefined : wrapError(planned, step.error);
  };
  for (;;) {
    const piece = await read();
    if (piece instanceof Uint8Array) {
      const decoded = decoder(piece);
      const problem = (await take(decoded.text)) ?? (decoded.error === undefined ? undefined : wrapError(planned, decoded.error));
      if (problem !== undefined) return problem;
      continue;
    }
    const rest = decoder(undefined);
    const problem = await take(rest.text);
    if (problem !== undefined) return problem;
    if (rest.error !== undefined && piece === undefined) return wrapError(planned, rest.error);
    const last = machine.end(run.state);
    run.state = last.state;
    if (last.usage !== undefined) meter.counted(last.usage);
    // An answer that had come to its very end is not harmed by a reset: the machine then has nothing to add.
    const complete = last.error === undefined && joined(last) === '' && hasBegun();
    if (piece !== undefined && !complete) return broken(planned, piece);
    await push(joined(last));
    return last.error === undefined ? undefined : wrapError(planned, last.error);
  }
}

/** Decodes the body; undefined asks for what is left at the end. Most bodies are UTF-8, others have a machine of their own. */
function decoderFor(
  exchange: Exchange,
  { transform, client, plan }: PlannedCall,
): (piece: Uint8Array | undefined) => { readonly text: string; readonly error?: TransformError | undefined } {
  const machine = transform.decode?.(client, plan);
  if (machine === undefined) {
    const decoder = new TextDecoder();
    return (piece) => ({ text: piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true }) });
  }
  let state = machine.start(exchange.ambient);
  return (piece) => {
    const step = piece === undefined ? machine.end(state) : machine.step(state, piece);
    state = step.state;
    return { text: joined(step), error: step.error };
  };
}

function wrapError({ plan }: PlannedCall, error: TransformError): EngineError {
  return { kind: 'transform', error, modelGroup: plan.modelGroup };
}

function broken({ plan }: PlannedCall, failure: UpstreamFailure): EngineError {
  return { kind: 'upstream', failure, provider: plan.provider.errorName, modelGroup: plan.modelGroup };
}

function cutBeforeFirst({ plan }: PlannedCall): EngineError {
  const error = { kind: 'stream-cut', provider: plan.provider.errorName, phase: 'before the first event' } as const;
  return { kind: 'transform', error, modelGroup: plan.modelGroup };
}

function joined({ out }: Step<unknown, string>): string {
  return out.length === 1 ? (out[0] ?? '') : out.join('');
}
