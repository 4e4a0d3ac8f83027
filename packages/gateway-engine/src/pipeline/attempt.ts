import type { ClientAnswer, ClientCall, Outcome } from '@stagegate/core-transforms';
import { AnswerMeter, endsUncounted, isChargedByAnswer } from '../billing/index.ts';
import type { EngineError } from '../errors/index.ts';
import type { CallAnswer, StreamBody, UpstreamAnswer } from '../ports/index.ts';
import { limitedTokens, readUsage, type MockedCall, type PickRequest, type RouteState } from '../routing/index.ts';
import { answerHeaders, headerSafe, JSON_TYPE } from './answer-headers.ts';
import { attemptParts } from './attempt-parts.ts';
import { chargeKept, chargeStream, chargeWhole, FREE, isAccounted, isCharged } from './charge.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { failAttempt, noteWhole, perToken } from './note-attempt.ts';
import { wholeAnswer } from './refuse.ts';
import type { PlannedCall } from './stages/plan.ts';
import { cachedCall, findKept, gathered, keep, type CachedCall } from './stages/cache.ts';
import { respond } from './stages/respond.ts';
import { sendMock } from './stages/send-mock.ts';
import { send } from './stages/send.ts';
import { startStream, type StreamStart } from './stages/stream.ts';

const STREAM_TYPE = 'text/event-stream; charset=utf-8';

/** One attempt to have a call answered: by which deployment, and how the call got there. */
export interface Attempt {
  readonly client: ClientCall;
  readonly planned: PlannedCall;
  readonly request: PickRequest;
  /** Undefined for a call's first attempt. */
  readonly route: RouteState | undefined;
  /** Set when nobody is asked, because the deployment, or the client, says the answer itself. */
  readonly mock: MockedCall | undefined;
}

/** The client's answer, or what went wrong, and what the provider had answered by then. */
export type Attempted =
  | { readonly ok: true; readonly answer: CallAnswer }
  | { readonly ok: false; readonly error: EngineError; readonly answer: UpstreamAnswer | undefined };

/** Asks one deployment, and makes its answer the client's. An error here can still become another attempt: the client has seen nothing. */
export async function attempt(engine: EngineParts, open: OpenCall, the: Attempt): Promise<Attempted> {
  const { client, planned, request } = the;
  const { plan, transform, deployment } = planned;
  const here = transform.local?.(client, plan, open.ambient);
  if (here !== undefined) {
    engine.router.spared(request, deployment);
    return answerItself(engine, open, the, here);
  }
  if (transform.parts !== undefined) return attemptParts(engine, open, the, transform.parts);
  const cached = cachedCall(engine, open, client, planned, request.target.group);
  const kept = cached === undefined ? undefined : await answerKept(engine, open, the, cached);
  if (kept !== undefined) return kept;

  const sentMs = engine.clock.monotonicMs();
  engine.router.began(request, deployment, sentMs);
  const sent = await (the.mock === undefined ? send(engine, open, client, planned) : sendMock(engine, open, client, planned, the.mock));
  if (!sent.ok) return recover(engine, open, the, sent.error, undefined);

  const answer = sent.value;
  if (plan.stream && answer.status < 300) {
    const meter = meterOf(engine, open, the);
    const started = await startStream(open, client, planned, answer, meter);
    if (!started.ok) return failAttempt(engine, the, started.error, answer);
    const stream = followed(engine, open, the, started, meter, sentMs);
    const stores = cached?.use.stores === true;
    const body = stores ? gathered(stream, started.isComplete, (text) => keep(cached, text, engine.clock)) : stream;
    return { ok: true, answer: { status: 200, headers: streamHeaders(engine, open, the, answer), body } };
  }

  const shown = await respond(engine, open, client, planned, answer);
  if (!shown.ok) return recover(engine, open, the, shown.error, answer);
  const providerMs = engine.clock.monotonicMs() - sentMs;
  const { body } = shown.value;
  noteWhole(engine, open, the, body, body, sentMs, providerMs);
  if (cached !== undefined) keep(cached, body, engine.clock);
  const headers = answerHeaders(engine, open, JSON_TYPE, deployment, answer, providerMs, the.route);
  const cost = chargeWhole(engine, open, the, shown.value, sentMs);
  if (cost !== undefined) headers['x-litellm-response-cost'] = cost;
  return { ok: true, answer: wholeAnswer(200, headers, body) };
}

/** An answer from the cache; undefined where there is none. */
async function answerKept(engine: EngineParts, open: OpenCall, the: Attempt, cached: CachedCall): Promise<Attempted | undefined> {
  const { deployment, plan } = the.planned;
  const askedMs = engine.clock.monotonicMs();
  const text = await findKept(cached, engine.clock);
  if (text === undefined) return undefined;
  engine.router.spared(the.request, deployment);
  open.tape?.dropped();
  const nowMs = engine.clock.monotonicMs();
  open.hold?.told(limitedTokens(readUsage(text), engine.config.tokenRateLimitType));
  if (plan.stream) open.hold?.end(false, nowMs);
  if (plan.stream) open.aside?.end();
  chargeKept(engine, open, the, text, cached.use.key);
  const tookMs = nowMs - askedMs;
  const headers = answerHeaders(engine, open, plan.stream ? STREAM_TYPE : JSON_TYPE, deployment, undefined, tookMs, the.route);
  headers['x-litellm-cache-key'] = headerSafe(cached.use.key);
  headers['x-litellm-response-cost'] = FREE;
  if (!plan.stream) return { ok: true, answer: wholeAnswer(200, headers, text) };
  withoutBuffers(headers);
  return { ok: true, answer: { status: 200, headers, body: { pump: async (sink) => sink.write(text) } } };
}

/** A transform's own answer: nothing was sent for it, or nothing usable came back. */
function answerItself(engine: EngineParts, open: OpenCall, { planned, route }: Attempt, shown: Outcome<ClientAnswer>): Attempted {
  const { deployment, plan } = planned;
  if (!shown.ok) return { ok: false, error: { kind: 'transform', error: shown.error, modelGroup: plan.modelGroup }, answer: undefined };
  const headers = answerHeaders(engine, open, JSON_TYPE, deployment, undefined, undefined, route);
  return { ok: true, answer: wholeAnswer(200, headers, shown.value.body) };
}

/** Lets the transform answer in the provider's place, if it can; else the error stands. */
function recover(engine: EngineParts, open: OpenCall, the: Attempt, error: EngineError, answer: UpstreamAnswer | undefined): Attempted {
  const { plan, transform } = the.planned;
  const recovered = transform.recover?.(the.client, plan, open.ambient);
  const failed = failAttempt(engine, the, error, answer);
  return recovered?.ok === true ? answerItself(engine, open, the, recovered) : failed;
}

function streamHeaders(engine: EngineParts, open: OpenCall, { planned, route }: Attempt, answer: UpstreamAnswer): Record<string, string> {
  const headers = answerHeaders(engine, open, STREAM_TYPE, planned.deployment, answer, undefined, route);
  withoutBuffers(headers);
  return headers;
}

/** Proxies in front would else gather the events into one. */
function withoutBuffers(headers: Record<string, string>): void {
  headers['cache-control'] = 'no-cache';
  headers['x-accel-buffering'] = 'no';
}

/** Undefined where nobody counts. */
function meterOf(engine: EngineParts, open: OpenCall, { request, client, planned }: Attempt): AnswerMeter | undefined {
  const accounted = isAccounted(engine, open);
  if (!accounted && open.hold === undefined && !engine.router.countsTokens(request)) return undefined;
  const { plan, deployment, transform } = planned;
  const guesses = isCharged(engine) && endsUncounted(plan.dialect, client.body.value);
  const keeps = engine.config.keepsSaid === true && engine.spending !== undefined;
  return new AnswerMeter(guesses, accounted && isChargedByAnswer(deployment, transform, true), keeps);
}

/** A stream that has begun is a deployment that answers; its end is noted when it comes, if anybody counts. */
function followed(
  engine: EngineParts,
  open: OpenCall,
  the: Attempt,
  started: StreamStart & { ok: true },
  meter: AnswerMeter | undefined,
  sentMs: number,
): StreamBody {
  const { router, clock, config } = engine;
  const { hold } = open;
  const { request, planned } = the;
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
    chargeStream(engine, open, the, meter, { sentMs, firstMs: nowMs, endedMs });
    open.aside?.end();
  };
  started.ended.then(note, note);
  return started.body;
}
