import { toRawObject } from '@stagegate/core-transforms';
import { forwardedHeaders, mayFallBack } from '../auth/index.ts';
import { stop, toAnswerError, type EngineError, type Staged } from '../errors/index.ts';
import { ANYONE, type CallAnswer, type Deployment, type UpstreamAnswer } from '../ports/index.ts';
import {
  classifyFailure,
  leaveServing,
  mayFallBackUnknown,
  mockFailure,
  pickWithRoom,
  readMock,
  shownModel,
  readWishes,
  refuseMocks,
  roomHeaders,
  groupHeaders,
  severalModels,
  startRoute,
  wordFailedTarget,
  type PickedRoom,
  type PickRequest,
  type RouteState,
  type RouteWishes,
} from '../routing/index.ts';
import { answerSeveral } from './answer-several.ts';
import { runAttempt } from './attempts/run-attempt.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { showTurn, turnOf } from './in-turn.ts';
import { refuse, type FailedCall } from './refuse.ts';
import type { ParsedCall } from './stages/parse.ts';
import { findGroup, plan } from './stages/plan.ts';
import { toClientCall } from './stages/send.ts';

/**
 * Sends a call to a deployment of its model group and, while that fails, to other deployments or groups, until the router says stop.
 * A call whose first attempt succeeds pays for none of the rerouting.
 */
export async function routeCall(engine: EngineParts, open: OpenCall, call: ParsedCall): Promise<CallAnswer> {
  const refused = refuseMocks(call.body.value, engine.config);
  if (refused !== undefined) return refuse(engine, open, refused);
  const found = findGroup(engine, open, call);
  if (!found.ok) {
    const asksSeveral = found.error.kind === 'unknown-model' && !call.modelFromPath;
    const models = asksSeveral ? severalModels(open.route.dialect, call.model) : undefined;
    if (models === undefined) return answerUnknown(engine, open, call, found.error);
    return answerSeveral(engine, open, call, models, (branch, one) => routeCall(engine, branch, one));
  }
  engine.router.countRequest(open.startedMs);
  const group = call.target ?? call.model ?? '';
  open.forwarded = forwardedHeaders(engine.config, engine.modelNames, open.raw, group);
  const request = pickRequest(open, call, group, found.value);
  const turn = turnOf(engine, open, call, group, found.value);
  if (turn === undefined) return answerBy(engine, open, call, request, open.startedMs);
  const came = await turn;
  if (!came.ok) return refuse(engine, open, came.error);
  return showTurn(await answerBy(engine, open, call, request, engine.clock.monotonicMs()));
}

/** Answers a call for a model that nobody serves. Where there are wildcards, it may still have fallbacks. */
function answerUnknown(engine: EngineParts, open: OpenCall, call: ParsedCall, error: EngineError): CallAnswer | Promise<CallAnswer> {
  const group = call.target ?? call.model;
  if (error.kind !== 'unknown-model' || group === undefined || !mayFallBackUnknown(engine.config)) return refuse(engine, open, error);
  const failed = { ok: false, error: { ...error, routed: true }, deployment: undefined, answer: undefined } as const;
  return new Reroute(engine, open, call).run(pickRequest(open, call, group, []), failed);
}

async function answerBy(engine: EngineParts, open: OpenCall, call: ParsedCall, request: PickRequest, nowMs: number): Promise<CallAnswer> {
  const first = await tryOnce(engine, open, { call, request, route: undefined, nowMs });
  return first.ok ? first.answer : new Reroute(engine, open, call).run(request, first);
}

/** How an attempt failed. Without a deployment: none could be chosen. */
interface Failed {
  readonly ok: false;
  readonly error: EngineError;
  readonly deployment: Deployment | undefined;
  readonly answer: UpstreamAnswer | undefined;
}

type Tried = { readonly ok: true; readonly answer: CallAnswer } | Failed;

function pickRequest(open: OpenCall, call: ParsedCall, group: string, deployments: readonly Deployment[]): PickRequest {
  return {
    target: { group },
    deployments,
    body: call.body.value,
    bodyChars: call.body.text.length,
    headers: open.raw,
    stream: call.stream,
    refusedBy: [],
    callerKey: open.caller?.keyHash,
    callerRouting: open.caller?.routing,
    region: open.endUser?.region,
  };
}

/** One attempt at a call, before a deployment is chosen for it. */
interface NextTry {
  readonly call: ParsedCall;
  readonly request: PickRequest;
  /** How the call got here; undefined: it is the first attempt. */
  readonly route: RouteState | undefined;
  /** Monotonic. */
  readonly nowMs: number;
}

async function tryOnce(engine: EngineParts, open: OpenCall, { call, request: asked, route, nowMs }: NextTry): Promise<Tried> {
  const mocked = route === undefined ? mockFailure(asked.body, asked.target.group) : undefined;
  const chosen = mocked === undefined ? pickWithRoom(engine.router, asked, nowMs) : stop(mocked);
  const picked = chosen instanceof Promise ? await chosen : chosen;
  if (!picked.ok) return { ok: false, error: picked.error, deployment: undefined, answer: undefined };
  const { request } = picked.value;
  if (request.room === undefined) return withGroup(engine, request, await tryPicked(engine, open, call, picked.value, route));
  // Read before the attempt: the headers show what was left once this call had taken its share, not what others took meanwhile.
  const more = roomHeaders(engine.router, request, engine.clock.nowMs());
  let tried: Tried | undefined;
  try {
    tried = await tryPicked(engine, open, call, picked.value, route);
  } finally {
    // Also after a bug: nobody else would give it back before the minute is over.
    if (tried?.ok !== true) request.room.end('nothing');
  }
  if (!tried.ok) return tried;
  return withGroup(engine, request, { ok: true, answer: { ...tried.answer, headers: { ...tried.answer.headers, ...more } } });
}

/** Shows what is left of the group's minute now that it has answered. */
function withGroup({ router, clock }: EngineParts, request: PickRequest, tried: Tried): Tried {
  const left = tried.ok ? groupHeaders(router, request, clock.monotonicMs()) : undefined;
  if (!tried.ok || left === undefined) return tried;
  return { ok: true, answer: { ...tried.answer, headers: { ...left, ...tried.answer.headers } } };
}

async function tryPicked(
  engine: EngineParts,
  open: OpenCall,
  call: ParsedCall,
  { deployment: chosen, request }: PickedRoom,
  route: RouteState | undefined,
): Promise<Tried> {
  const mock = readMock(chosen, open.route.dialect, request.body, open.caller, engine.config);
  const deployment = mock?.deployment ?? chosen;
  const { stream, modelFromPath, shownAs, model } = call;
  const keepsOwn = modelFromPath && shownAs === undefined;
  const answerModel = keepsOwn ? undefined : shownModel(open.route.dialect, { model: shownAs ?? model, stream }, route);
  const planned = plan(engine, open, deployment, answerModel, call.stream);
  if (!planned.ok) return { ok: false, error: planned.error, deployment, answer: undefined };
  const tried = await runAttempt(engine, open, { client: toClientCall(open.raw, call), planned: planned.value, request, route, mock });
  return tried.ok ? tried : { ok: false, error: tried.error, deployment, answer: tried.answer };
}

/** A call whose first attempt has failed. */
class Reroute {
  readonly #engine: EngineParts;
  readonly #open: OpenCall;
  readonly #call: ParsedCall;
  readonly #wishes: RouteWishes;
  /** What the client is told when every attempt fails: the error of the group that was asked for, and the last fallback's. */
  #first: (Omit<FailedCall, 'outcome' | 'configured'> & { readonly error: EngineError }) | undefined;
  #lastError: string | undefined;

  constructor(engine: EngineParts, open: OpenCall, call: ParsedCall) {
    this.#engine = engine;
    this.#open = open;
    this.#call = call;
    this.#wishes = readWishes(call.body.value, open.raw, {
      mayFallBack: mayFallBack(engine.config, engine.modelNames, open.caller, open.endUser, open.aside !== undefined),
      routing: open.caller?.routing,
    });
  }

  async run(firstRequest: PickRequest, firstFailure: Failed): Promise<CallAnswer> {
    let state = startRoute(firstRequest.target.group);
    let request = firstRequest;
    let failed: Failed = firstFailure;
    for (;;) {
      this.#note(state, failed);
      const step = this.#next(state, request, failed);
      state = step.state;
      if (step.action.kind === 'stop') return this.#refuse(state);
      await this.#engine.clock.wait(step.action.delaySeconds, this.#open.raw.signal);
      const call = this.#callFor(state);
      const target = this.#requestFor(state, call, request);
      const tried = target.ok
        ? await this.#try(call, target.value, state)
        : { ok: false as const, error: target.error, deployment: undefined, answer: undefined };
      if (tried.ok) return tried.answer;
      if (target.ok) request = target.value;
      failed = tried;
    }
  }

  #try(call: ParsedCall, request: PickRequest, route: RouteState): Promise<Tried> {
    return tryOnce(this.#engine, this.#open, { call, request, route, nowMs: this.#engine.clock.monotonicMs() });
  }

  #next(state: RouteState, request: PickRequest, { error, deployment, answer }: Failed): ReturnType<EngineParts['router']['next']> {
    const { router, clock } = this.#engine;
    const failure = classifyFailure(error, answer?.headers, clock.nowMs());
    const nowMs = clock.monotonicMs();
    if (deployment !== undefined) router.failed(request, deployment, failure, nowMs);
    return router.next(this.#wishes, state, { request, deployment, failure }, nowMs);
  }

  #note(state: RouteState, { error, deployment, answer }: Failed): void {
    if (state.hops === 0) this.#first = { error, deployment, answer, route: state };
    else if (state.frames.length === 1) this.#lastError = wordFailedTarget(toAnswerError(error), state.retried, state.retriesMax);
  }

  /** The call with the members that its fallback's configuration overrides. */
  #callFor({ target }: RouteState): ParsedCall {
    if (target.overrides === undefined) return this.#call;
    const members: unknown = JSON.parse(target.overrides);
    return { ...this.#call, body: toRawObject({ ...this.#call.body.value, ...(members as ParsedCall['body']['value']) }) };
  }

  #requestFor({ target, refusedBy }: RouteState, call: ParsedCall, before: PickRequest): Staged<PickRequest> {
    const { route, caller = ANYONE } = this.#open;
    const deployments = before.target.group === target.group ? before.deployments : this.#engine.findDeployments(target.group, caller);
    if (deployments.length === 0) return stop({ kind: 'unknown-model', route: route.referenceName, model: target.group, routed: true });
    const serving = leaveServing(this.#engine.config, deployments, target.group, caller, this.#engine.clock);
    if (!serving.ok) return serving;
    return {
      ok: true,
      value: { ...before, target, deployments: serving.value, refusedBy, body: call.body.value, bodyChars: call.body.text.length },
    };
  }

  #refuse(state: RouteState): CallAnswer {
    const { error = { kind: 'internal' }, deployment, answer, route = state } = this.#first ?? {};
    const outcome = { fallbacks: state.fallbacks, lastError: this.#lastError, off: this.#wishes.fallbacksOff };
    const configured = this.#wishes.fallbacks ?? this.#engine.router.settings.fallbacks;
    return refuse(this.#engine, this.#open, error, { deployment, answer, route, outcome, configured });
  }
}
