import type { JsonObject } from '@stagegate/core-transforms';
import { done, stop, type EngineError, type Staged } from '../errors/index.ts';
import type {
  CallerRouting,
  Deployment,
  DeploymentCounts,
  FallbackTarget,
  HealthRouting,
  RouterSettings,
  RoutingCounters,
  TokenHold,
} from '../ports/index.ts';
import { affinityKeys } from './affinity-keys.ts';
import { checkBeforeCall, isInRegion } from './check-before-call.ts';
import { filterByTags } from './filter-by-tags.ts';
import type { HeaderView } from './header-view.ts';
import type { GroupIndex } from './index-group.ts';
import { PromptSize } from './prompt-size.ts';
import { allTags } from './read-wishes.ts';
import type { ReasoningAffinity } from './reasoning-affinity.ts';
import { atShare, STRATEGIES } from './strategies/index.ts';
import { withinBudgets } from './within-budgets.ts';
import { requestsMax, tokensMax } from './minute-limits.ts';

/** The part of a call that the choice of its deployment needs. */
export interface PickRequest {
  readonly target: FallbackTarget;
  /** All deployments of the group. */
  readonly deployments: readonly Deployment[];
  readonly body: JsonObject;
  /** The length of its JSON text; absent where it is not known. */
  readonly bodyChars?: number;
  readonly headers: HeaderView;
  readonly stream: boolean;
  /** Deployments that refused this call for good. */
  readonly refusedBy: readonly string[];
  /** The caller's key, for affinities; undefined when there is none. */
  readonly callerKey: string | undefined;
  /** What the caller's key, team and project say; absent: nothing. */
  readonly callerRouting?: CallerRouting | undefined;
  /** The only region whose deployments may answer, whatever the call says; absent: any. */
  readonly region?: string | undefined;
  /** The tokens reserved in the chosen deployment's minute; absent: none. */
  readonly room?: TokenHold | undefined;
}

/** What a choice is made with. */
export interface PickTools {
  readonly settings: RouterSettings;
  readonly counters: RoutingCounters;
  readonly random: () => number;
  readonly reasoning: ReasoningAffinity | undefined;
}

/** How often a deployment is drawn anew because the drawn one is cooling down, before all of them are looked at. */
const DRAWS_MAX = 8;

/**
 * Chooses the deployment for one attempt, and takes its probe when it has one to give after a cooldown. Checks come in the reference's
 * order: cooldowns, budgets, affinity, limits, pre-call checks, tags, order, refusals; then the strategy.
 *
 * cost:   logarithmic for a plain group, also while a few deployments cool down; else linear.
 * source: LiteLLM 1.106.2, router.py `async_get_healthy_deployments`.
 */
export function pickDeployment(tools: PickTools, index: GroupIndex, request: PickRequest, nowMs: number): Staged<Deployment> {
  const { counters } = tools;
  const { deployments, refusedBy, target } = request;
  if (index.plain && refusedBy.length === 0 && target.without === undefined && !choosesOtherwise(request)) {
    const quick = drawPlain(tools, index, deployments, nowMs);
    if (quick !== undefined) return done(quick);
  }
  const picked = pickSlowly(tools, index, request, nowMs);
  if (picked.ok) counters.beginProbe(picked.value.id, nowMs);
  return picked;
}

/** Whether the caller's own settings have a say in the choice. */
function choosesOtherwise({ callerRouting, region, target }: PickRequest): boolean {
  if (region !== undefined) return true;
  return callerRouting !== undefined && (callerRouting.tagFiltering || callerRouting.weights?.has(target.group) === true);
}

function drawPlain(
  { counters, random }: PickTools,
  { shares }: GroupIndex,
  deployments: readonly Deployment[],
  nowMs: number,
): Deployment | undefined {
  const cooling = counters.anyCooling();
  if (deployments.length === 1 && !cooling) return deployments[0];
  for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
    const drawn = atShare(deployments, shares, deployments.length > 1 ? random() : 0);
    if (drawn === undefined || !cooling || counters.beginProbe(drawn.id, nowMs)) return drawn;
  }
  return undefined;
}

function pickSlowly(tools: PickTools, index: GroupIndex, request: PickRequest, nowMs: number): Staged<Deployment> {
  const { settings, counters } = tools;
  const { target, body, refusedBy } = request;
  const deployments = notLeftOut(request);
  const read = (id: string): DeploymentCounts | undefined => counters.read(id, nowMs);
  const well = counters.anyCooling() ? deployments.filter(({ id }) => mayServe(read(id), nowMs)) : deployments;
  const able = settings.healthRouting === undefined ? well : leaveOutUnhealthy(settings.healthRouting, well, read, nowMs);
  const solvent = settings.budgets === undefined ? able : withinBudgets(settings.budgets, counters.sums, able, request);
  if ('kind' in solvent) return stop(solvent);
  const kept = stayWith(tools, request, readersOf(tools, request, solvent), nowMs);
  const free = index.limited ? kept.filter((deployment) => !isFull(deployment, read) && !isUsedUp(settings, deployment, read)) : kept;
  if (free.length === 0 && kept.length > 0) return stop(whyFull(kept, read));
  const prompt = new PromptSize(body, request.bodyChars);
  const checked = check(tools, index, request, free, { prompt, read });
  if ('kind' in checked) return stop(checked);
  const filters = index.filtersByTags || request.callerRouting?.tagFiltering === true;
  const tagged = filters && checked.length > 0 ? tag(settings, request, checked) : checked;
  if ('kind' in tagged) return stop(tagged);
  const ordered = index.orders.length === 0 ? tagged : atOrder(tagged, target.order);
  const willing = refusedBy.length === 0 ? ordered : ordered.filter(({ id }) => !refusedBy.includes(id));
  const chosen = STRATEGIES[index.strategy](willing.length > 0 ? willing : ordered, {
    read,
    prompt,
    stream: request.stream,
    latencyBufferRatio: settings.latency.bufferRatio,
    random: tools.random(),
    shares: request.callerRouting?.weights?.get(target.group),
  });
  return chosen === undefined ? stop(noDeployments(tools, request, nowMs)) : done(chosen);
}

function notLeftOut({ deployments, target: { without } }: PickRequest): readonly Deployment[] {
  return without === undefined ? deployments : deployments.filter(({ id }) => !without.includes(id));
}

/** Whether a deployment is not cooling down, or has cooled down and its probe is free. */
export function mayServe(counts: DeploymentCounts | undefined, nowMs: number): boolean {
  return counts === undefined || counts.coolUntilMs === 0 || (counts.coolUntilMs <= nowMs && counts.probeUntilMs <= nowMs);
}

/** Where the health check finds every deployment unhealthy, none is left out: the check itself may be wrong. */
function leaveOutUnhealthy(
  { groups, leavesOut }: HealthRouting,
  deployments: readonly Deployment[],
  read: (id: string) => DeploymentCounts | undefined,
  nowMs: number,
): readonly Deployment[] {
  if (!leavesOut) return deployments;
  const healthy = deployments.filter(
    ({ id, modelGroup }) => (groups !== undefined && !groups.has(modelGroup)) || (read(id)?.unhealthyUntilMs ?? 0) <= nowMs,
  );
  return healthy.length > 0 ? healthy : deployments;
}

/** The deployments that can read the encrypted reasoning in the call; for a target with an order, those of that order. */
function readersOf({ reasoning }: PickTools, { target, body }: PickRequest, able: readonly Deployment[]): readonly Deployment[] {
  if (reasoning === undefined) return able;
  return reasoning.narrow(target.group, body, target.order === undefined ? able : atOrder(able, target.order));
}

/** The one deployment that served the session or the caller before, if it is among these. */
function stayWith(
  { settings, counters }: PickTools,
  request: PickRequest,
  deployments: readonly Deployment[],
  nowMs: number,
): readonly Deployment[] {
  if (request.target.order !== undefined) return deployments;
  for (const key of affinityKeys(settings, request)) {
    const id = counters.affinityOf(key, nowMs);
    const own = id === undefined ? undefined : deployments.find((deployment) => deployment.id === id);
    if (own !== undefined) return [own];
  }
  return deployments;
}

function isFull({ id, routing }: Deployment, read: (id: string) => DeploymentCounts | undefined): boolean {
  return routing?.parallelMax !== undefined && (read(id)?.inFlight ?? 0) >= routing.parallelMax;
}

function isUsedUp({ checks }: RouterSettings, deployment: Deployment, read: (id: string) => DeploymentCounts | undefined): boolean {
  if (!checks.has('enforce_model_rate_limits')) return false;
  const [rpm, tpm] = [requestsMax(deployment), tokensMax(deployment)];
  if (rpm === undefined && tpm === undefined) return false;
  const counts = read(deployment.id);
  return (tpm !== undefined && (counts?.tokens ?? 0) >= tpm) || (rpm !== undefined && (counts?.requests ?? 0) >= rpm);
}

/** The refusal for the first deployment that is full, in the reference's wording. */
function whyFull(deployments: readonly Deployment[], read: (id: string) => DeploymentCounts | undefined): EngineError {
  const full = deployments.find((deployment) => isFull(deployment, read));
  const first = full ?? deployments[0];
  const { id = '', modelGroup = '', routing } = first ?? {};
  if (full !== undefined) {
    const message =
      `Deployment has all max_parallel_requests slots in use. Deployment model_group=${modelGroup}, id=${id} already has ` +
      `max_parallel_requests=${routing?.parallelMax} requests in flight. Raise max_parallel_requests (or the rpm/tpm it is derived ` +
      'from) for this deployment';
    return { kind: 'over-limit', message, modelGroup };
  }
  const counts = read(id);
  const [rpm, tpm] = first === undefined ? [] : [requestsMax(first), tokensMax(first)];
  const isTpm = tpm !== undefined && (counts?.tokens ?? 0) >= tpm;
  const [name, limit, used] = isTpm ? ['TPM', tpm, counts?.tokens] : ['RPM', rpm, counts?.requests];
  return {
    kind: 'over-limit',
    message: `Model rate limit exceeded. ${name} limit=${limit}, current usage=${used}`,
    modelGroup,
    ofMinute: true,
  };
}

/** Leaves out deployments in another region than asked for and, with `enable_pre_call_checks`, those that the call does not fit. */
function check(
  { settings: { preCallChecks } }: PickTools,
  index: GroupIndex,
  { target, body, region }: PickRequest,
  free: readonly Deployment[],
  { prompt, read }: { readonly prompt: PromptSize; readonly read: (id: string) => DeploymentCounts | undefined },
): readonly Deployment[] | EngineError {
  if (!preCallChecks) return region === undefined ? free : free.filter((deployment) => isInRegion(deployment, region));
  const skipRpm = index.strategy === 'usage-based-routing-v2';
  return checkBeforeCall(free, { prompt, modelGroup: target.group, read, skipRpm, region: region ?? body['allowed_model_region'] });
}

function tag(
  { tagsMatchAny: matchAny, tagPrefix: prefix = '' }: RouterSettings,
  request: PickRequest,
  able: readonly Deployment[],
): readonly Deployment[] | EngineError {
  const tags = allTags(request.body, request.headers, request.callerRouting);
  const agent = request.headers.header('user-agent');
  const inherited = request.callerRouting?.tags ?? [];
  const rules = { matchAny, prefix, inherited };
  const tagged = filterByTags(able, request.deployments, tags, agent === undefined ? undefined : `User-Agent: ${agent}`, rules);
  return tagged ?? { kind: 'no-tagged-deployments', modelGroup: request.target.group, tags };
}

/** The deployments of one order, else of the lowest order among them. */
function atOrder(deployments: readonly Deployment[], order: number | undefined): readonly Deployment[] {
  if (order !== undefined) return deployments.filter(({ routing }) => routing?.order === order);
  const orders = deployments.flatMap(({ routing }) => (routing?.order === undefined ? [] : [routing.order]));
  if (orders.length === 0) return deployments;
  const lowest = Math.min(...orders);
  return deployments.filter(({ routing }) => routing?.order === lowest);
}

function noDeployments({ settings, counters }: PickTools, { target, deployments }: PickRequest, nowMs: number): EngineError {
  const cooling = deployments.filter(({ id }) => !mayServe(counters.read(id, nowMs), nowMs));
  const seconds = cooling.map(({ id }) => counters.read(id, nowMs)?.coolSeconds ?? settings.cooldownSeconds);
  return {
    kind: 'no-deployments',
    modelGroup: target.group,
    retrySeconds: seconds.length === 0 ? settings.cooldownSeconds : Math.min(...seconds),
    preCallChecks: settings.preCallChecks,
    cooling: cooling.map(({ id }) => id),
    allCooling: cooling.length === deployments.length,
  };
}
