import type { Staged } from '../errors/index.ts';
import type { AttemptTimes, Deployment, GatewayConfig, RouterSettings, RoutingCounters, TokenRooms } from '../ports/index.ts';
import { affinitiesToKeep } from './affinity-keys.ts';
import type { RouterFailure } from './classify-failure.ts';
import { countsAgainst, decideCooldown, type CooldownVerdict } from './decide-cooldown.ts';
import type { GroupHealth } from './decide-retry.ts';
import { findFallbacks, type RouteWishes } from './find-fallbacks.ts';
import { createGroupIndex, type GroupIndex } from './index-group.ts';
import { nextStep, type RouteState, type RouteStep } from './next-step.ts';
import { NO_ROUTING } from './no-routing.ts';
import { chargeBudgets } from './within-budgets.ts';
import { mayServe, pickDeployment, type PickRequest } from './pick-deployment.ts';
import type { AnswerUsage } from './read-usage.ts';
import { endRoom } from './take-room.ts';
import { compileReasoningAffinity, type ReasoningAffinity } from './reasoning-affinity.ts';

/** What came of an attempt that a provider answered. */
export interface AttemptOutcome {
  readonly times: AttemptTimes;
  /** As the provider counted them. */
  readonly usage: AnswerUsage;
}

/** The router: decisions over rows and counters, and the book-keeping of what came of them. Both loops around a provider use it. */
export interface Router {
  readonly settings: RouterSettings;
  /** What deployments with limits of their own have read and written of their minute. */
  readonly rooms: TokenRooms;
  /** For plans of calls on the responses API; undefined where nobody minds whose reasoning goes where. */
  readonly reasoningOf: ReasoningAffinity['marksOf'];
  /** A client's call has come; the retry budget grows with them. */
  readonly countRequest: (nowMs: number) => void;
  /** Whether any deployment of a group may be asked: not all of them cool down. */
  readonly mayServe: (deployments: readonly Deployment[], nowMs: number) => boolean;
  /** Chooses a deployment, or says why none can be asked. */
  readonly pick: (request: PickRequest, nowMs: number) => Staged<Deployment>;
  /** Whether somebody wants to know how many tokens the group's answers take. */
  readonly countsTokens: (request: PickRequest) => boolean;
  /** What a group's deployments have taken of their minute together. */
  readonly usageOf: (deployments: readonly Deployment[], nowMs: number) => { readonly requests: number; readonly tokens: number };
  /** The chosen one is about to be asked. */
  readonly began: (request: PickRequest, deployment: Deployment, nowMs: number) => void;
  /** It has begun to answer well: it is in order again, whatever it was. */
  readonly answered: (request: PickRequest, deployment: Deployment, nowMs: number) => void;
  /** Its answer is complete, or broken off: nothing of it is under way. */
  readonly ended: (request: PickRequest, deployment: Deployment, outcome: AttemptOutcome | undefined, nowMs: number) => void;
  /** Whether somebody's money is limited: what calls cost is to be told. */
  readonly charges: boolean;
  /** What a call to the chosen one has cost, USD. */
  readonly charged: (request: PickRequest, deployment: Deployment, usd: number) => void;
  /** The chosen one is not asked after all: whether it is well, somebody else may find out. */
  readonly spared: (request: PickRequest, deployment: Deployment) => void;
  readonly failed: (request: PickRequest, deployment: Deployment, failure: RouterFailure, nowMs: number) => void;
  /** What follows a failed attempt; takes from the retry budget what it needs. */
  readonly next: (
    wishes: RouteWishes,
    state: RouteState,
    request: PickRequest,
    deployment: Deployment | undefined,
    failure: RouterFailure,
    nowMs: number,
  ) => RouteStep;
}

/** Compiles the router of a configuration. `random` gives numbers in [0, 1). */
export function createRouter(
  config: Pick<GatewayConfig, 'router'> & Partial<Pick<GatewayConfig, 'deployments'>>,
  counters: RoutingCounters,
  random: () => number,
): Router {
  const settings = config.router ?? NO_ROUTING;
  const { budgets } = settings;
  const indexOf = createGroupIndex(settings);
  const reasoning = compileReasoningAffinity(settings, config.deployments ?? []);
  const tools = { settings, counters, random, reasoning };
  const index = ({ target, deployments }: PickRequest): ReturnType<typeof indexOf> => indexOf(target.group, deployments);
  const health = ({ deployments }: PickRequest, nowMs: number): GroupHealth => ({
    healthy: counters.anyCooling() ? deployments.filter(({ id }) => mayServe(counters.read(id, nowMs), nowMs)).length : deployments.length,
    all: deployments.length,
  });
  return {
    settings,
    rooms: counters.rooms,
    reasoningOf: (deployment) => reasoning?.marksOf(deployment),
    countRequest: (nowMs) => counters.countRequest(nowMs),
    mayServe: (deployments, nowMs) => !counters.anyCooling() || deployments.some(({ id }) => mayServe(counters.read(id, nowMs), nowMs)),
    pick: (request, nowMs) => pickDeployment(tools, index(request), request, nowMs),
    countsTokens: (request) => index(request).counted || index(request).timed,
    usageOf: (deployments, nowMs) => sumUsage(counters, deployments, nowMs),
    began: (request, deployment, nowMs) => {
      if (index(request).counted) counters.began(deployment.id, nowMs);
    },
    answered: (request, { id }, nowMs) => {
      if (!settings.cooldownsOff) counters.succeeded(id, nowMs);
      if (counters.anyCooling()) counters.recover(id);
      for (const { key, seconds } of affinitiesToKeep(settings, request)) counters.keepAffinity(key, id, seconds, nowMs);
    },
    ended: (request, { id }, outcome, nowMs) => noteEnd(settings, counters, index(request), request, id, outcome, nowMs),
    charges: budgets !== undefined,
    charged: (request, deployment, usd) => {
      if (budgets !== undefined) chargeBudgets(budgets, counters.sums, deployment, request, usd);
    },
    spared: ({ room }, { id }) => {
      endRoom(room, undefined);
      if (counters.anyCooling()) counters.dropProbe(id);
    },
    failed: (request, deployment, failure, nowMs) => {
      noteFailure(settings, counters, request, deployment, failure, nowMs);
      if (index(request).timed) noteTimeout(settings, counters, request, deployment, failure, nowMs);
    },
    next: (wishes, state, request, deployment, failure, nowMs) => {
      const step = nextStep(settings, wishes, state, {
        failure,
        deploymentId: deployment?.id,
        deploymentRetriesMax: deployment?.routing?.retriesMax,
        health: health(request, nowMs),
        orders: index(request).orders,
        random: random(),
        failover: failoverOf(settings, index(request), request, deployment, (id) => mayServe(counters.read(id, nowMs), nowMs)),
      });
      // A call that has asked nobody yet takes nothing from anybody.
      if (step.action.kind === 'stop' || step.state.attempts === 0 || counters.takeRetry(nowMs)) return step;
      // As a call of this group would: it may be that nobody else ever falls back from it.
      const elsewhere = findFallbacks(settings, wishes, state.target, state.target.group, index(request).orders, failure);
      if (deployment !== undefined && elsewhere.some(({ group }) => wishes.mayFallBack?.(group) !== false))
        breakCircuit(settings, counters, deployment, failure, nowMs);
      return { action: { kind: 'stop' }, state: step.state };
    },
  };
}

function noteEnd(
  { latency }: RouterSettings,
  counters: RoutingCounters,
  { counted, timed }: GroupIndex,
  { room }: PickRequest,
  id: string,
  outcome: AttemptOutcome | undefined,
  nowMs: number,
): void {
  if (counted) counters.ended(id, nowMs);
  endRoom(room, outcome?.usage);
  if (outcome === undefined) return;
  if (counted && outcome.usage.total > 0) counters.addUsage(id, outcome.usage.total, nowMs);
  if (timed) counters.addTimes(id, outcome.times, latency.samplesMax, latency.keepSeconds, nowMs);
}

function sumUsage(counters: RoutingCounters, deployments: readonly Deployment[], nowMs: number): ReturnType<Router['usageOf']> {
  const counts = deployments.map(({ id }) => counters.read(id, nowMs));
  const sumOf = (name: 'requests' | 'tokens'): number => counts.reduce((sum, row) => sum + (row?.[name] ?? 0), 0);
  return { requests: sumOf('requests'), tokens: sumOf('tokens') };
}

/**
 * Whom to leave out when the others of a group are asked before another group; undefined where that is not wanted, or there are no others.
 *
 * source: LiteLLM 1.106.2, router.py `_maybe_run_weighted_failover`: of simple-shuffle alone.
 */
function failoverOf(
  { weightedFailover }: RouterSettings,
  { strategy }: GroupIndex,
  { target, deployments }: PickRequest,
  failed: Deployment | undefined,
  isWell: (id: string) => boolean,
): readonly string[] | undefined {
  if (weightedFailover !== true || strategy !== 'simple-shuffle' || failed === undefined) return undefined;
  const without = [...(target.without ?? []), failed.id];
  return deployments.some(({ id }) => !without.includes(id) && isWell(id)) ? without : undefined;
}

function noteFailure(
  settings: RouterSettings,
  counters: RoutingCounters,
  request: PickRequest,
  { id, routing }: Deployment,
  failure: RouterFailure,
  nowMs: number,
): void {
  const { deployments } = request;
  const before = counters.read(id, nowMs);
  const probing = before !== undefined && before.coolUntilMs !== 0;
  if (failure.final || !failure.asked || (failure.timedOut && setsOwnTimeout(request))) {
    if (probing) counters.dropProbe(id);
    return;
  }
  if (!countsAgainst(failure)) {
    // It is well enough to say what is wrong with the call.
    if (probing) counters.recover(id);
  } else if (!settings.cooldownsOff) counters.failed(id, nowMs);
  const counts = counters.read(id, nowMs);
  const verdict = decideCooldown(settings, { failure, routing, counts, only: deployments.length === 1, probing });
  if (isOver(counters, id, verdict, nowMs)) counters.coolDown(id, verdict.seconds, nowMs);
}

/** What a deployment that has answered nothing in time is taken to need. Source: LiteLLM 1.106.2, router_strategy/lowest_latency.py. */
const TIMED_OUT: AttemptTimes = { latencySeconds: 1000, firstEventSeconds: undefined };

/** Latency-based routing would else go on with one that is too slow to have a latency. */
function noteTimeout(
  { latency }: RouterSettings,
  counters: RoutingCounters,
  request: PickRequest,
  { id }: Deployment,
  failure: RouterFailure,
  nowMs: number,
): void {
  if (!failure.timedOut || failure.final || setsOwnTimeout(request)) return;
  counters.addTimes(id, TIMED_OUT, latency.samplesMax, latency.keepSeconds, nowMs);
}

/** Time that a client has cut short says nothing of a deployment. */
function setsOwnTimeout({ body, headers }: PickRequest): boolean {
  const names = ['timeout', 'stream_timeout'] as const;
  const byHeader = headers.header('x-litellm-timeout') ?? headers.header('x-litellm-stream-timeout');
  return byHeader !== undefined || names.some((name) => body[name] !== undefined);
}

function isOver(
  counters: RoutingCounters,
  id: string,
  verdict: CooldownVerdict,
  nowMs: number,
): verdict is Exclude<CooldownVerdict, { kind: 'no' }> {
  if (verdict.kind !== 'count') return verdict.kind === 'cool';
  return counters.countFail(id, verdict.name, verdict, nowMs);
}

/**
 * The retry budget is used up, and a call that could have gone elsewhere could not. A deployment that stands alone in its
 * group hardly ever cools down by the reference's rules, so that every call would ask it first and have nothing left: it cools
 * down now, and calls go where they can at once.
 */
function breakCircuit(
  settings: RouterSettings,
  counters: RoutingCounters,
  { id, routing }: Deployment,
  failure: RouterFailure,
  nowMs: number,
): void {
  if (settings.cooldownsOff || !countsAgainst(failure)) return;
  counters.coolDown(id, routing?.cooldownSeconds ?? settings.cooldownSeconds, nowMs);
}
