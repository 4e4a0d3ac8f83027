import type { Staged } from '../errors/index.ts';
import type { Deployment, GatewayConfig, RouterSettings, RoutingCounters, TokenRooms } from '../ports/index.ts';
import { affinitiesToKeep } from './affinity-keys.ts';
import type { RouterFailure } from './classify-failure.ts';
import type { GroupHealth } from './decide-retry.ts';
import { findFallbacks, type RouteWishes } from './find-fallbacks.ts';
import { createGroupIndex, type GroupIndex, type GroupLimits } from './index-group.ts';
import { nextStep, type RouteState, type RouteStep } from './next-step.ts';
import { NO_ROUTING } from './no-routing.ts';
import { breakCircuit, noteEnd, noteFailure, noteTimeout, type AttemptOutcome } from './note-attempt.ts';
import { chargeBudgets } from './within-budgets.ts';
import { mayServe, pickDeployment, type PickRequest } from './pick-deployment.ts';
import { endRoom } from './take-room.ts';
import { compileReasoningAffinity, type ReasoningAffinity } from './reasoning-affinity.ts';

/** An attempt that failed. */
export interface AttemptFailure {
  readonly request: PickRequest;
  /** Undefined: none could be chosen. */
  readonly deployment: Deployment | undefined;
  readonly failure: RouterFailure;
}

/** The router: decisions over deployments and counters, and the counting of what came of them. The engine and stage 1 each drive it from a loop of their own. */
export interface Router {
  readonly settings: RouterSettings;
  /** Input and output tokens of the minute, for deployments that limit those by themselves. */
  readonly rooms: TokenRooms;
  /** How a plan for the responses API marks whose reasoning it holds; gives undefined where any deployment may read it. */
  readonly reasoningOf: ReasoningAffinity['marksOf'];
  /** Counts a client's call: the retry budget is a share of them. */
  readonly countRequest: (nowMs: number) => void;
  /** Whether any deployment of a group may be asked: not all of them cool down. */
  readonly mayServe: (deployments: readonly Deployment[], nowMs: number) => boolean;
  /** Chooses a deployment, or says why none can be asked. */
  readonly pick: (request: PickRequest, nowMs: number) => Staged<Deployment>;
  /** Whether the group is routed by tokens or latency, so that answers have to be measured. */
  readonly countsTokens: (request: PickRequest) => boolean;
  /** What a group may do in a minute; undefined: whatever comes. */
  readonly limitsOf: (request: PickRequest) => GroupLimits | undefined;
  /** What deployments have used together in this minute. */
  readonly usageOf: (deployments: readonly Deployment[], nowMs: number) => { readonly requests: number; readonly tokens: number };
  /** The chosen deployment is about to be asked. */
  readonly began: (request: PickRequest, deployment: Deployment, nowMs: number) => void;
  /** It has begun to answer: whatever its failures were, it is healthy again. */
  readonly answered: (request: PickRequest, deployment: Deployment, nowMs: number) => void;
  /** Its answer is complete, or broken off: the call is no longer in flight there. */
  readonly ended: (request: PickRequest, deployment: Deployment, outcome: AttemptOutcome | undefined, nowMs: number) => void;
  /** Whether the router has budgets, so that it has to be told what calls cost. */
  readonly charges: boolean;
  /** What a call to the deployment has cost, USD. */
  readonly charged: (request: PickRequest, deployment: Deployment, usd: number) => void;
  /** The chosen deployment was not asked after all. Was it to be probed, another call may do that. */
  readonly spared: (request: PickRequest, deployment: Deployment) => void;
  readonly failed: (request: PickRequest, deployment: Deployment, failure: RouterFailure, nowMs: number) => void;
  /** What follows a failed attempt; takes from the retry budget what it needs. */
  readonly next: (wishes: RouteWishes, state: RouteState, failed: AttemptFailure, nowMs: number) => RouteStep;
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
  const book = { settings, counters };
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
    limitsOf: (request) => index(request).limits,
    usageOf: (deployments, nowMs) => sumUsage(counters, deployments, nowMs),
    began: (request, deployment, nowMs) => {
      if (index(request).counted) counters.began(deployment.id, nowMs);
    },
    answered: (request, { id }, nowMs) => {
      if (!settings.cooldownsOff) counters.succeeded(id, nowMs);
      if (counters.anyCooling()) counters.recover(id);
      for (const { key, seconds } of affinitiesToKeep(settings, request)) counters.keepAffinity(key, id, seconds, nowMs);
    },
    ended: (request, deployment, outcome, nowMs) => noteEnd(book, index(request), { room: request.room, deployment }, outcome, nowMs),
    charges: budgets !== undefined,
    charged: (request, deployment, usd) => {
      if (budgets !== undefined) chargeBudgets(budgets, counters.sums, deployment, request, usd);
    },
    spared: ({ room }, { id }) => {
      endRoom(room, undefined);
      if (counters.anyCooling()) counters.dropProbe(id);
    },
    failed: (request, deployment, failure, nowMs) => {
      noteFailure(book, request, deployment, failure, nowMs);
      if (index(request).timed) noteTimeout(book, request, deployment, failure, nowMs);
    },
    next: (wishes, state, { request, deployment, failure }, nowMs) => {
      const step = nextStep(settings, wishes, state, {
        failure,
        deploymentId: deployment?.id,
        deploymentRetriesMax: deployment?.routing?.retriesMax,
        health: health(request, nowMs),
        orders: index(request).orders,
        random: random(),
        failover: failoverOf(settings, index(request), request, deployment, (id) => mayServe(counters.read(id, nowMs), nowMs)),
      });
      // The first attempt that reaches a provider is no retry, and takes nothing from the budget.
      if (step.action.kind === 'stop' || step.state.attempts === 0 || counters.takeRetry(nowMs)) return step;
      // Judged as if this group had been asked first: perhaps no other call ever falls back from it.
      const elsewhere = findFallbacks(settings, wishes, state.target, state.target.group, { failure, orders: index(request).orders });
      if (deployment !== undefined && elsewhere.some(({ group }) => wishes.mayFallBack?.(group) !== false))
        breakCircuit(book, deployment, failure, nowMs);
      return { action: { kind: 'stop' }, state: step.state };
    },
  };
}

function sumUsage(counters: RoutingCounters, deployments: readonly Deployment[], nowMs: number): ReturnType<Router['usageOf']> {
  const counts = deployments.map(({ id }) => counters.read(id, nowMs));
  const sumOf = (name: 'requests' | 'tokens'): number => counts.reduce((sum, row) => sum + (row?.[name] ?? 0), 0);
  return { requests: sumOf('requests'), tokens: sumOf('tokens') };
}

/**
 * Which deployments to leave out when the rest of the group is asked before its fallbacks; undefined where that is not wanted, or no other is left.
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
