import { toRawObject } from '@stagegate/core-transforms';
import { mayFallBack } from '@stagegate/gateway-engine/auth';
import { toAnswerError } from '@stagegate/gateway-engine/errors';
import { ANYONE, type Deployment, type FallbackTarget } from '@stagegate/gateway-engine/ports';
import {
  classifyFailure,
  leaveServing,
  mockFailure,
  readWishes,
  shownModel,
  startRoute,
  wordFailedTarget,
  type HeaderView,
  type PickRequest,
  type RouteState,
  type RouteStep,
  type RouteWishes,
} from '@stagegate/gateway-engine/routing';
import type { ReadCall } from './call-provider.ts';
import { goneSignal, headerOf, type App, type Exchange } from './parts.ts';
import { Refusal } from './refusal.ts';

/** Makes one attempt, with the call as its target wants it. Throws a refusal when it fails. */
export type TryOne = (call: ReadCall, request: PickRequest) => Promise<void>;

/**
 * The loop around a call's attempts: a retry, another target, or the first group's refusal, as the router decides. Once something was
 * written to the client there is no other attempt.
 */
export async function tryDeployments(
  app: App,
  exchange: Exchange,
  call: ReadCall,
  deployments: readonly Deployment[],
  tryOne: TryOne,
): Promise<void> {
  const headers: HeaderView = { header: (name) => headerOf(exchange, name) };
  /** Read once the first attempt has failed: most calls need none. */
  let wishes: RouteWishes | undefined;
  let state = startRoute(call.asked.name ?? '');
  let request = toRequest(exchange, call, headers, state, deployments);
  let first: { readonly refusal: Refusal; readonly state: RouteState } | undefined;
  let lastError: string | undefined;
  app.router.countRequest(app.clock.monotonicMs());
  for (;;) {
    const refusal = await refusalOf(app, exchange, { call, request, state }, tryOne);
    if (refusal === undefined) return;
    if (state.hops === 0) first = { refusal, state };
    else if (state.frames.length === 1) lastError = wordFailedTarget(toAnswerError(refusal.problem), state.retried, state.retriesMax);
    wishes ??= readWishes(call.body.value, headers, {
      mayFallBack: mayFallBack(app.config, app.modelNames, exchange.caller, exchange.endUser, exchange.aside !== undefined),
      routing: exchange.caller?.routing,
    });
    const step = decide(app, wishes, state, request, refusal);
    state = step.state;
    if (step.action.kind === 'stop') {
      const { problem, deployment, providerHeaders } = first?.refusal ?? refusal;
      exchange.route = first?.state;
      const configured = wishes.fallbacks ?? app.router.settings.fallbacks;
      throw new Refusal(problem, deployment, providerHeaders, {
        failed: { fallbacks: state.fallbacks, lastError, off: wishes.fallbacksOff },
        configured,
      });
    }
    await app.clock.wait(step.action.delaySeconds, goneSignal(exchange));
    exchange.route = state;
    const known =
      request.target.group === state.target.group
        ? request.deployments
        : app.findDeployments(state.target.group, exchange.caller ?? ANYONE);
    request = toRequest(exchange, call, headers, state, known);
  }
}

/** Makes one attempt; undefined when it has answered. Anything thrown but a refusal is a bug, and ends the call. */
async function refusalOf(
  app: App,
  exchange: Exchange,
  { call, request, state }: { readonly call: ReadCall; readonly request: PickRequest; readonly state: RouteState },
  tryOne: TryOne,
): Promise<Refusal | undefined> {
  const { target } = state;
  try {
    const mocked = exchange.route === undefined ? mockFailure(request.body, target.group) : undefined;
    if (mocked !== undefined) throw new Refusal(mocked);
    if (request.deployments.length === 0)
      throw new Refusal({ kind: 'unknown-model', route: call.route.name, model: target.group, routed: true });
    const serving = leaveServing(app.config, request.deployments, target.group, exchange.caller ?? ANYONE, app.clock);
    if (!serving.ok) throw new Refusal(serving.error);
    const { shown: own } = call.asked;
    const shown = own === undefined ? undefined : shownModel(call.route.dialect, { model: own, stream: call.stream }, state);
    const free = serving.value === request.deployments ? request : { ...request, deployments: serving.value };
    await tryOne({ ...call, body: overridden(call, target), asked: { name: target.group, shown } }, free);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || exchange.outgoing.headersSent) throw thrown;
    return thrown;
  }
}

function decide(app: App, wishes: RouteWishes, state: RouteState, request: PickRequest, refusal: Refusal): RouteStep {
  const { problem, deployment, providerHeaders } = refusal;
  const failure = classifyFailure(
    problem,
    providerHeaders === undefined ? undefined : Object.fromEntries(providerHeaders),
    app.clock.nowMs(),
  );
  const nowMs = app.clock.monotonicMs();
  if (deployment !== undefined) app.router.failed(request, deployment, failure, nowMs);
  return app.router.next(wishes, state, { request, deployment, failure }, nowMs);
}

function toRequest(
  { caller, endUser }: Exchange,
  call: ReadCall,
  headers: HeaderView,
  { target, refusedBy }: RouteState,
  deployments: readonly Deployment[],
): PickRequest {
  const { value: body, text } = overridden(call, target);
  return {
    target,
    deployments,
    body,
    bodyChars: text.length,
    headers,
    stream: call.stream,
    refusedBy,
    callerKey: caller?.keyHash,
    callerRouting: caller?.routing,
    region: endUser?.region,
  };
}

/** The body with the members that a target of the client's own list overrides. */
function overridden({ body }: ReadCall, { overrides }: FallbackTarget): ReadCall['body'] {
  if (overrides === undefined) return body;
  return toRawObject({ ...body.value, ...(JSON.parse(overrides) as ReadCall['body']['value']) });
}
