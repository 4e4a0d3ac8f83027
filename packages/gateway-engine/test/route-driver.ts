import { createMemoryCounters } from '../src/counters/index.ts';
import type { Deployment, RouterSettings } from '../src/ports/index.ts';
import {
  createRouter,
  NO_ROUTING,
  startRoute,
  type PickRequest,
  type Router,
  type RouterFailure,
  type RouteState,
} from '../src/routing/index.ts';
import { deployment } from './make-config.ts';
import type { Outcome, Step, World } from './route-oracle.ts';

/** The router's own book-keeping and state machine, on a virtual clock: what a lane's loop does, without a lane. */
export class RouteDriver {
  nowMs = 0;
  readonly #router: Router;
  readonly #groups: Readonly<Record<string, readonly Deployment[]>>;

  constructor({ groups, fallbacks, ...world }: World) {
    this.#groups = Object.fromEntries(
      Object.entries(groups).map(([group, ids]) => [group, ids.map((id) => deployment({ id, modelGroup: group }))]),
    );
    const settings: RouterSettings = {
      ...NO_ROUTING,
      cooldownsOff: false,
      cooldownSeconds: world.cooldownMs / 1000,
      retriesMax: world.retries,
      fallbacksMax: world.depthMax,
      attemptsMax: world.attemptsMax,
      allowedFails: world.allowedFails,
      fallbacks: new Map(Object.entries(fallbacks).map(([group, targets]) => [group, targets.map((target) => ({ group: target }))])),
    };
    this.#router = createRouter({ router: settings }, createMemoryCounters(), () => 0);
  }

  begin(group: string): { readonly call: DrivenCall; readonly step: Step } {
    this.#router.countRequest(this.nowMs);
    const call: DrivenCall = { state: startRoute(group), asked: undefined, first: undefined };
    return { call, step: this.#pick(call) };
  }

  go(call: DrivenCall, outcome?: Outcome): Step {
    const { asked } = call;
    if (outcome === undefined || asked === undefined) return this.#pick(call);
    if (outcome !== 'ok') return this.#fail(call, outcome, asked);
    this.#router.answered(this.#request(call), asked, this.nowMs);
    return { kind: 'end', outcome: 'ok' };
  }

  #request({ state }: DrivenCall): PickRequest {
    return {
      target: state.target,
      deployments: this.#groups[state.target.group] ?? [],
      body: {},
      headers: { header: () => undefined },
      stream: false,
      refusedBy: state.refusedBy,
      callerKey: undefined,
    };
  }

  #pick(call: DrivenCall): Step {
    const picked = this.#router.pick(this.#request(call), this.nowMs);
    if (!picked.ok) return this.#fail(call, 'none-left', undefined);
    call.asked = picked.value;
    return { kind: 'ask', id: picked.value.id };
  }

  #fail(call: DrivenCall, outcome: Exclude<Outcome, 'ok'> | 'none-left', asked: Deployment | undefined): Step {
    if (call.state.hops === 0) call.first = outcome;
    const failure = toFailure(outcome);
    const request = this.#request(call);
    if (asked !== undefined) this.#router.failed(request, asked, failure, this.nowMs);
    const step = this.#router.next({}, call.state, { request, deployment: asked, failure }, this.nowMs);
    call.state = step.state;
    call.asked = undefined;
    if (step.action.kind === 'stop') return { kind: 'end', outcome: call.first ?? outcome };
    if (step.action.delaySeconds > 0) return { kind: 'wait', ms: step.action.delaySeconds * 1000 };
    return this.#pick(call);
  }
}

/** One call on its way. */
export interface DrivenCall {
  state: RouteState;
  asked: Deployment | undefined;
  first: Exclude<Outcome, 'ok'> | 'none-left' | undefined;
}

const CLASSES = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  402: 'PaymentRequiredError',
  404: 'NotFoundError',
  408: 'Timeout',
  409: 'APIError',
  429: 'RateLimitError',
  500: 'InternalServerError',
  503: 'ServiceUnavailableError',
} as const;

function toFailure(outcome: Exclude<Outcome, 'ok'> | 'none-left'): RouterFailure {
  const status = outcome === 'none-left' ? 429 : outcome === 'gone' ? 499 : outcome;
  return {
    className: typeof outcome === 'number' ? CLASSES[outcome] : outcome === 'gone' ? 'APIError' : 'NoDeployments',
    status,
    retryAfterSeconds: undefined,
    final: outcome === 'gone',
    asked: outcome !== 'none-left',
    spent: false,
    timedOut: false,
    elsewhere: false,
  };
}
