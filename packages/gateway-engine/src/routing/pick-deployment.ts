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

/** A call as the choice of its deployment needs it. */
export interface PickRequest {
  readonly target: FallbackTarget;
  /** All deployments of the group. */
  readonly deployments: readonly Deployment[];
  readonly body: JsonObject;
  /** Characters of its JSON text; absent where nobody has it. */
  readonly bodyChars?: number;
  readonly headers: HeaderView;
  readonly stream: boolean;
  /** Deployments that have refused this call for good. */
  readonly refusedBy: readonly string[];
  /** Who the caller is, for calls that stay with a deployment; undefined when nobody asks. */
  readonly callerKey: string | undefined;
  /** What his key, team and project say; absent: nothing. */
  readonly callerRouting?: CallerRouting | undefined;
  /** The only one whose deployments may answer, whatever the call says; absent: any. */
  readonly region?: string | undefined;
  /** What it has taken of its deployment's minute, once that is chosen; absent: nothing. */
  readonly room?: TokenHold | undefined;
}

/** What the choice is made with. */
export interface PickTools {
  readonly settings: RouterSettings;
  readonly counters: RoutingCounters;
  readonly random: () => number;
  readonly reasoning: ReasoningAffinity | undefined;
}

/** How often a deployment that turns out to cool down is drawn again before all are looked at. */
const DRAWS_MAX = 8;

/**
 * Chooses the deployment for one attempt, and takes its probe when it is half open. The order of checks is the reference's:
 * cooldowns, money, where the caller stayed before, limits, pre-call checks, tags, order, refusals; then the strategy.
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

/** The caller's own settings have a say in who of a group is asked. */
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
  const checked = check(tools, index, request, free, prompt, read);
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

/** Not cooling down, or half open with its probe free. */
export function mayServe(counts: DeploymentCounts | undefined, nowMs: number): boolean {
  return counts === undefined || counts.coolUntilMs === 0 || (counts.coolUntilMs <= nowMs && counts.probeUntilMs <= nowMs);
}

/** All of them where a check has found all of them ill: it may be the check that is wrong. */
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

/** Those that can read the reasoning that a call brings; on a way to another order, of that order alone. */
function readersOf({ reasoning }: PickTools, { target, body }: PickRequest, able: readonly Deployment[]): readonly Deployment[] {
  if (reasoning === undefined) return able;
  return reasoning.narrow(target.group, body, target.order === undefined ? able : atOrder(able, target.order));
}

/** The one deployment that a session, or a caller, was served by before. */
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

function isUsedUp({ checks }: RouterSettings, { id, rpm, tpm }: Deployment, read: (id: string) => DeploymentCounts | undefined): boolean {
  if (!checks.has('enforce_model_rate_limits') || (rpm === undefined && tpm === undefined)) return false;
  const counts = read(id);
  return (tpm !== undefined && (counts?.tokens ?? 0) >= tpm) || (rpm !== undefined && (counts?.requests ?? 0) >= rpm);
}

/** Of the first one that could not be asked, in the reference's words. */
function whyFull(deployments: readonly Deployment[], read: (id: string) => DeploymentCounts | undefined): EngineError {
  const full = deployments.find((deployment) => isFull(deployment, read));
  const { id = '', modelGroup = '', rpm, tpm, routing } = full ?? deployments[0] ?? {};
  if (full !== undefined) {
    const message =
      `Deployment has all max_parallel_requests slots in use. Deployment model_group=${modelGroup}, id=${id} already has ` +
      `max_parallel_requests=${routing?.parallelMax} requests in flight. Raise max_parallel_requests (or the rpm/tpm it is derived ` +
      'from) for this deployment';
    return { kind: 'over-limit', message, modelGroup };
  }
  const counts = read(id);
  const isTpm = tpm !== undefined && (counts?.tokens ?? 0) >= tpm;
  const [name, limit, used] = isTpm ? ['TPM', tpm, counts?.tokens] : ['RPM', rpm, counts?.requests];
  return {
    kind: 'over-limit',
    message: `Model rate limit exceeded. ${name} limit=${limit}, current usage=${used}`,
    modelGroup,
    ofMinute: true,
  };
}

/** Without those that are in another region than they have to be, and, where it is asked for, that the call is too much for. */
function check(
  { settings: { preCallChecks } }: PickTools,
  index: GroupIndex,
  { target, body, region }: PickRequest,
  free: readonly Deployment[],
  prompt: PromptSize,
  read: (id: string) => DeploymentCounts | undefined,
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

/** The deployments of one order, else of the lowest that is left. */
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
