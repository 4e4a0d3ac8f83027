import type { ClientAnswer, ClientCall, Outcome } from '@stagegate/core-transforms';
import { AnswerMeter, endsUncounted, isChargedByAnswer, showCost, showsStreamCost, streamCost } from '../../billing/index.ts';
import type { EngineError } from '../../errors/index.ts';
import type { CallAnswer, StreamBody, UpstreamAnswer } from '../../ports/index.ts';
import { limitedTokens, readUsage, type MockedCall, type PickRequest, type RouteState } from '../../routing/index.ts';
import { pythonNumber } from '../../text/index.ts';
import { answerHeaders, headerSafe, JSON_TYPE } from '../answer-headers.ts';
import { runAttemptInParts } from './run-attempt-in-parts.ts';
import { chargeKept, chargeStream, chargeWhole, costOfStream, FREE, isAccounted, isCharged } from './charge.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import { endedByBug, failAttempt, noteWhole, perToken } from './note-attempt.ts';
import { wholeAnswer } from '../refuse.ts';
import type { PlannedCall } from '../stages/plan.ts';
import { cachedCall, findKept, gathered, keep, type CachedCall } from '../stages/cache.ts';
import { respond } from '../stages/respond.ts';
import { sendMock } from '../stages/send-mock.ts';
import { send } from '../stages/send.ts';
import { startStream, type StreamStart } from '../stages/stream.ts';

const STREAM_TYPE = 'text/event-stream; charset=utf-8';

/** One attempt to have a call answered: what is sent to which deployment, and how the call got there. */
export interface Attempt {
  readonly client: ClientCall;
  readonly planned: PlannedCall;
  readonly request: PickRequest;
  /** Undefined for a call's first attempt. */
  readonly route: RouteState | undefined;
  /** Set when no provider is asked: the deployment's `mock_response`, or the client's, is the answer. */
  readonly mock: MockedCall | undefined;
}

/** The client's answer; or what went wrong, with the provider's answer if there was one. */
export type Attempted =
  | { readonly ok: true; readonly answer: CallAnswer }
  | { readonly ok: false; readonly error: EngineError; readonly answer: UpstreamAnswer | undefined };

/** Asks one deployment and turns its answer into the client's. After an error another attempt is still possible: the client has seen nothing. */
export async function runAttempt(engine: EngineParts, open: OpenCall, attempt: Attempt): Promise<Attempted> {
  const { client, planned, request } = attempt;
  const { plan, transform, deployment } = planned;
  const here = transform.local?.(client, plan, open.ambient);
  if (here !== undefined) {
    engine.router.spared(request, deployment);
    return answerItself(engine, open, attempt, here);
  }
  if (transform.parts !== undefined) return runAttemptInParts(engine, open, attempt, transform.parts);
  const cached = cachedCall(engine, open, client, planned, request.target.group);
  const kept = cached === undefined ? undefined : await answerKept(engine, open, attempt, cached);
  if (kept !== undefined) return kept;

  const sentMs = engine.clock.monotonicMs();
  engine.router.began(request, deployment, sentMs);
  const { mock } = attempt;
  const sent = await endedByBug(engine, attempt, () =>
    mock === undefined ? send(engine, open, client, planned) : sendMock(engine, open, client, planned, mock),
  );
  if (!sent.ok) return recover(engine, open, attempt, sent.error, undefined);

  const answer = sent.value;
  if (plan.stream && answer.status < 300) {
    const meter = meterOf(engine, open, attempt);
    const started = await endedByBug(engine, attempt, () => startStream(open, client, planned, answer, meter));
    if (!started.ok) return failAttempt(engine, attempt, started.error, answer);
    const accounted = accountedStream(engine, open, attempt, meter, { started, sentMs });
    const stream = meter === undefined ? accounted : pricedStream(engine, open, attempt, { stream: accounted, meter, sentMs });
    const stores = cached?.use.stores === true;
    const body = stores ? gathered(stream, started.isComplete, (text) => keep(cached, text, engine.clock)) : stream;
    return { ok: true, answer: { status: 200, headers: streamHeaders(engine, open, attempt, answer), body } };
  }

  const shown = await endedByBug(engine, attempt, () => respond(engine, open, client, planned, answer));
  if (!shown.ok) return recover(engine, open, attempt, shown.error, answer);
  const providerMs = engine.clock.monotonicMs() - sentMs;
  const { body } = shown.value;
  noteWhole(engine, open, attempt, { given: body, shown: body, sentMs, providerMs });
  if (cached !== undefined) keep(cached, body, engine.clock);
  const headers = answerHeaders(engine, open, JSON_TYPE, { deployment, answer, providerMs, route: attempt.route });
  showCost(headers, chargeWhole(engine, open, attempt, shown.value, sentMs), pythonNumber);
  return { ok: true, answer: wholeAnswer(200, headers, body) };
}

/** The answer from the cache; undefined where it has none. */
async function answerKept(engine: EngineParts, open: OpenCall, attempt: Attempt, cached: CachedCall): Promise<Attempted | undefined> {
  const { deployment, plan } = attempt.planned;
  const askedMs = engine.clock.monotonicMs();
  const text = await findKept(cached, engine.clock);
  if (text === undefined) return undefined;
  engine.router.spared(attempt.request, deployment);
  open.tape?.dropped();
  const nowMs = engine.clock.monotonicMs();
  open.hold?.told(limitedTokens(readUsage(text), engine.config.tokenRateLimitType));
  if (plan.stream) open.hold?.end(false, nowMs);
  if (plan.stream) open.aside?.end();
  chargeKept(engine, open, attempt, text, cached.use.key);
  const source = { deployment, providerMs: nowMs - askedMs, route: attempt.route };
  const headers = answerHeaders(engine, open, plan.stream ? STREAM_TYPE : JSON_TYPE, source);
  headers['x-litellm-cache-key'] = headerSafe(cached.use.key);
  headers['x-litellm-response-cost'] = FREE;
  if (!plan.stream) return { ok: true, answer: wholeAnswer(200, headers, text) };
  withoutBuffers(headers);
  return { ok: true, answer: { status: 200, headers, body: { pump: async (sink) => sink.write(text) } } };
}

/** An answer that the transform made up by itself: nothing was sent, or nothing usable came back. */
function answerItself(engine: EngineParts, open: OpenCall, { planned, route }: Attempt, shown: Outcome<ClientAnswer>): Attempted {
  const { deployment, plan } = planned;
  if (!shown.ok) return { ok: false, error: { kind: 'transform', error: shown.error, modelGroup: plan.modelGroup }, answer: undefined };
  const headers = answerHeaders(engine, open, JSON_TYPE, { deployment, route });
  return { ok: true, answer: wholeAnswer(200, headers, shown.value.body) };
}

/** Lets the transform answer in the provider's place, where it can. Otherwise the attempt has failed. */
function recover(engine: EngineParts, open: OpenCall, attempt: Attempt, error: EngineError, answer: UpstreamAnswer | undefined): Attempted {
  const { plan, transform } = attempt.planned;
  const recovered = transform.recover?.(attempt.client, plan, open.ambient);
  const failed = failAttempt(engine, attempt, error, answer);
  return recovered?.ok === true ? answerItself(engine, open, attempt, recovered) : failed;
}

function streamHeaders(engine: EngineParts, open: OpenCall, { planned, route }: Attempt, answer: UpstreamAnswer): Record<string, string> {
  const headers = answerHeaders(engine, open, STREAM_TYPE, { deployment: planned.deployment, answer, route });
  withoutBuffers(headers);
  return headers;
}

/** Keeps proxies in front of us from buffering the events of a stream. */
function withoutBuffers(headers: Record<string, string>): void {
  headers['cache-control'] = 'no-cache';
  headers['x-accel-buffering'] = 'no';
}

/** Measures a stream's tokens; undefined where neither the router, a limit, an account nor the client asks for them. */
function meterOf(engine: EngineParts, open: OpenCall, { request, client, planned }: Attempt): AnswerMeter | undefined {
  const { plan, deployment, transform } = planned;
  const priced = isAccounted(engine, open) || showsStreamCost(plan.dialect, client.body.value);
  if (!priced && open.hold === undefined && !engine.router.countsTokens(request)) return undefined;
  return new AnswerMeter({
    guessesTokens: isCharged(engine) && endsUncounted(plan.dialect, client.body.value),
    seeksModel: priced && isChargedByAnswer(deployment, transform, plan.stream),
    keepsText: engine.config.keepsSaid === true && engine.spending !== undefined,
  });
}

/** The stream with what it costs in its usage, where that is shown. */
function pricedStream(
  engine: EngineParts,
  open: OpenCall,
  attempt: Attempt,
  { stream, meter, sentMs }: { readonly stream: StreamBody; readonly meter: AnswerMeter; readonly sentMs: number },
): StreamBody {
  const { client, planned } = attempt;
  const costUsd = (): number | undefined => costOfStream(open, attempt, meter, engine.clock.monotonicMs() - sentMs);
  const show = streamCost(planned.plan.dialect, client.body.value, costUsd);
  return show === undefined ? stream : { pump: (sink) => stream.pump({ write: (text) => sink.write(show(text)) }) };
}

/** Tells the router that a stream has begun and, where there is a meter, everybody who counts when it has ended. */
function accountedStream(
  engine: EngineParts,
  open: OpenCall,
  attempt: Attempt,
  meter: AnswerMeter | undefined,
  { started, sentMs }: { readonly started: StreamStart & { ok: true }; readonly sentMs: number },
): StreamBody {
  const { router, clock, config } = engine;
  const { hold } = open;
  const { request, planned } = attempt;
  const { deployment } = planned;
  const nowMs = clock.monotonicMs();
  router.answered(request, deployment, nowMs);
  if (meter === undefined) return started.body;
  const note = (): void => {
    const endedMs = clock.monotonicMs();
    const usage = readUsage(meter.text);
    const times = { latencySeconds: perToken(endedMs - sentMs, usage), firstEventSeconds: (nowMs - sentMs) / 1000 };
    router.ended(request, deployment, { times, usage }, endedMs);
    hold?.told(limitedTokens(usage, config.tokenRateLimitType));
    hold?.end(false, endedMs);
    chargeStream(engine, open, attempt, meter, { sentMs, firstMs: nowMs, endedMs });
    open.aside?.end();
  };
  started.ended.then(note, note);
  return started.body;
}
