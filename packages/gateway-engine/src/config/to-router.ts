import type { JsonValue } from '@stagegate/core-transforms';
import type { FailureClass, FailurePolicy, Fallbacks, FallbackTarget, RouterSettings, RoutingGroup } from '../ports/index.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import { toHealthRouting } from './health-settings.ts';
import { findLostGroups } from './lost-groups.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { findIdleBudgets, toRouterBudgets } from './router-budgets.ts';
import { CHECKS, type ParsedFallbacks, type ParsedPolicy, type ParsedReliability, type ParsedRoutingGroup } from './router-schema.ts';

// The reference's defaults, read off LiteLLM 1.106.2, router.py and constants.py.
const RETRIES = 2;
const COOLDOWN_SECONDS = 5;
const FALLBACKS_MAX = 5;
const LATENCY_SAMPLES = 10;
const LATENCY_KEEP_SECONDS = 3600;
const AFFINITY_SECONDS = 3600;
/** More calls to providers than this for one client call are worth a warning. */
const ATTEMPTS_WORTH_A_WARNING = 8;

const CLASSES: ReadonlySet<string> = new Set<FailureClass>([
  'AuthenticationError',
  'BadGatewayError',
  'BadRequestError',
  'ContentPolicyViolationError',
  'ContextWindowExceededError',
  'InternalServerError',
  'NotFoundError',
  'PaymentRequiredError',
  'PermissionDeniedError',
  'RateLimitError',
  'ServiceUnavailableError',
  'UnprocessableEntityError',
]);

/** The router's settings, and what is wrong with them beyond their shape. */
export interface RouterOutcome {
  readonly router: RouterSettings;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
}

/** Resolves `router_settings` over the same members of `litellm_settings`. */
export function toRouter(config: ParsedConfig, root: ConfigNode): RouterOutcome {
  const own = config.router_settings ?? {};
  const below: ParsedReliability = config.litellm_settings ?? {};
  const pick = <Name extends keyof ParsedReliability>(name: Name): ParsedReliability[Name] => own[name] ?? below[name];
  const defaults = pick('default_fallbacks') ?? [];
  const general = [...(pick('fallbacks') ?? []), ...(defaults.length === 0 ? [] : [{ '*': defaults }])];
  const args = own.routing_strategy_args ?? {};
  const perRequest = pick('num_retries_per_request');
  const contextWindow = pick('context_window_fallbacks');
  const contentPolicy = pick('content_policy_fallbacks');
  const router: RouterSettings = {
    strategy: own.routing_strategy ?? 'simple-shuffle',
    latency: {
      bufferRatio: args.lowest_latency_buffer ?? 0,
      samplesMax: args.max_latency_list_size ?? LATENCY_SAMPLES,
      keepSeconds: args.ttl ?? LATENCY_KEEP_SECONDS,
    },
    retriesMax: pick('num_retries') ?? RETRIES,
    retryPolicy: toPolicy(own.retry_policy, 'Retries'),
    groupRetryPolicies: new Map(
      Object.entries(own.model_group_retry_policy ?? {}).flatMap(([group, policy]) => {
        const made = toPolicy(policy, 'Retries');
        return made === undefined ? [] : [[group, made] as const];
      }),
    ),
    retryAfterSeconds: own.retry_after ?? 0,
    allowedFails: pick('allowed_fails') ?? undefined,
    allowedFailsPolicy: toPolicy(own.allowed_fails_policy, 'AllowedFails'),
    cooldownSeconds: own.cooldown_time ?? COOLDOWN_SECONDS,
    cooldownsOff: own.disable_cooldowns ?? false,
    fallbacks: toFallbacks(general),
    contextWindowFallbacks: isSet(contextWindow) ? toFallbacks(contextWindow) : undefined,
    contentPolicyFallbacks: isSet(contentPolicy) ? toFallbacks(contentPolicy) : undefined,
    fallbacksMax: pick('max_fallbacks') ?? FALLBACKS_MAX,
    attemptsMax: perRequest === undefined || perRequest === null ? Infinity : perRequest + 1,
    preCallChecks: own.enable_pre_call_checks ?? false,
    tagFiltering: own.enable_tag_filtering ?? false,
    tagsMatchAny: own.tag_filtering_match_any ?? true,
    tagPrefix: own.tag_routing_prefix ?? undefined,
    routingGroups: new Map((own.routing_groups ?? []).map((group) => [group.group_name, toGroup(group)])),
    healthRouting: toHealthRouting(config),
    budgets: toRouterBudgets(config),
    checks: new Set(CHECKS.filter((check) => own.optional_pre_call_checks?.includes(check) === true)),
    defaultPriority: own.default_priority ?? undefined,
    ...(typeof own.polling_interval === 'number' && own.polling_interval > 0 && { queueLookMs: own.polling_interval * 1000 }),
    weightedFailover: own.enable_weighted_failover ?? false,
    groupAffinities: toGroupAffinities(own.model_group_affinity_config ?? {}),
    affinitySeconds: own.deployment_affinity_ttl_seconds ?? AFFINITY_SECONDS,
  };
  return {
    router,
    issues: [...findCycles(config, root), ...findGroupIssues(own.routing_groups ?? [], root)],
    warnings: [
      ...findAmplification(router, root),
      ...findUnbuiltAffinities(own.model_group_affinity_config ?? {}, root),
      ...findIdleBudgets(config, root),
      ...findLostGroups(config, root),
    ],
  };
}

type GroupChecks = Readonly<Record<string, readonly string[]>>;

function toGroupAffinities(parsed: GroupChecks): RouterSettings['groupAffinities'] {
  const groups = Object.entries(parsed).map(([group, checks]) => [group, new Set(checks)] as const);
  return groups.length === 0 ? undefined : new Map(groups);
}

/** A later call on a response goes to the response's deployment in any case: `responses_api_deployment_check` asks for nothing more. */
const GROUP_AFFINITIES: readonly string[] = ['deployment_affinity', 'session_affinity', 'responses_api_deployment_check'];

function findUnbuiltAffinities(parsed: GroupChecks, root: ConfigNode): ConfigIssue[] {
  return Object.entries(parsed).flatMap(([group, checks]) =>
    checks.flatMap((check, index) => {
      const path = ['router_settings', 'model_group_affinity_config', group, index];
      return GROUP_AFFINITIES.includes(check) ? [] : [issueAt(root, path, GROUP_AFFINITIES.join(', '), `"${check}", which is ignored`)];
    }),
  );
}

function isSet(fallbacks: ParsedFallbacks | null | undefined): fallbacks is ParsedFallbacks {
  return fallbacks !== undefined && fallbacks !== null && fallbacks.length > 0;
}

/** `RateLimitErrorRetries: 3` and the like. `Timeout` is written `TimeoutErrorRetries`. */
export function toPolicy(parsed: ParsedPolicy | null | undefined, ending: 'Retries' | 'AllowedFails'): FailurePolicy | undefined {
  if (parsed === undefined || parsed === null) return undefined;
  const named = Object.entries(parsed).flatMap(([name, count]) =>
    name.endsWith(ending) && typeof count === 'number' ? [[name.slice(0, -ending.length), count] as const] : [],
  );
  const counts = Object.fromEntries(
    named.flatMap(([name, count]) => (name === 'TimeoutError' ? [['Timeout', count]] : CLASSES.has(name) ? [[name, count]] : [])),
  );
  return { counts, default: named.find(([name]) => name === 'Default')?.[1] };
}

function toFallbacks(parsed: ParsedFallbacks): Fallbacks {
  const groups = new Map<string, readonly FallbackTarget[]>();
  for (const entry of parsed) {
    // Of several entries for a group the first one counts.
    for (const [group, targets] of Object.entries(entry)) if (!groups.has(group)) groups.set(group, targets.map(toTarget));
  }
  return groups;
}

function toTarget(target: string | Readonly<Record<string, unknown>>): FallbackTarget {
  if (typeof target === 'string') return { group: target };
  const { model, ...members } = target;
  const group = String(model);
  return Object.keys(members).length === 0 ? { group } : { group, overrides: JSON.stringify(members as Record<string, JsonValue>) };
}

function toGroup({ models, routing_strategy: strategy, model_priorities: priorities }: ParsedRoutingGroup): RoutingGroup {
  return {
    models,
    strategy: strategy === 'priority' ? 'simple-shuffle' : strategy,
    orders: strategy === 'priority' ? new Map(Object.entries(priorities ?? {})) : undefined,
  };
}

/** Where a list of fallbacks is: in the section that wins. */
function placeOf(config: ParsedConfig, name: keyof ParsedReliability): readonly string[] {
  const section = (config.router_settings ?? {})[name] === undefined ? 'litellm_settings' : 'router_settings';
  return [section, name];
}

/** Fallbacks that lead from a group back to itself. Only the bound on their depth would stop such a call. */
function findCycles(config: ParsedConfig, root: ConfigNode): ConfigIssue[] {
  return (['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'] as const).flatMap((name) => {
    const parsed = config.router_settings?.[name] ?? config.litellm_settings?.[name] ?? [];
    const fallbacks = toFallbacks(parsed);
    return parsed.flatMap((entry, index) =>
      Object.keys(entry).flatMap((group) => {
        const way = group === '*' ? undefined : wayBack(fallbacks, group, [group]);
        // Reported once, for the group where the file enters the circle.
        if (way === undefined || way.some((step) => parsed.findIndex((other) => Object.hasOwn(other, step)) < index)) return [];
        return [issueAt(root, [...placeOf(config, name), index, group], 'no way back to the group itself', way.join(' → '))];
      }),
    );
  });
}

/** Cost: each group is visited once. In lists that name many groups there are too many paths to try all. */
function wayBack(fallbacks: Fallbacks, start: string, way: readonly string[], seen = new Set<string>()): readonly string[] | undefined {
  for (const { group, overrides } of fallbacks.get(way.at(-1) ?? '') ?? []) {
    if (overrides !== undefined) continue;
    if (group === start) return [...way, group];
    if (seen.has(group)) continue;
    seen.add(group);
    const found = wayBack(fallbacks, start, [...way, group], seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The reference's own rules for `routing_groups`. */
function findGroupIssues(groups: readonly ParsedRoutingGroup[], root: ConfigNode): ConfigIssue[] {
  return groups.flatMap(({ group_name: name, models, routing_strategy: strategy, model_priorities: priorities }, index) => {
    const at = ['router_settings', 'routing_groups', index];
    const first = groups.findIndex((group) => group.group_name === name);
    if (first !== index)
      return [issueAt(root, [...at, 'group_name'], 'a name of its own', `"${name}", as routing_groups[${first}] has it`)];
    if (name === 'default') return [issueAt(root, [...at, 'group_name'], 'another name than "default"')];
    if (strategy !== 'priority') return [];
    const named = Object.keys(priorities ?? {});
    const complete = named.length === models.length && models.every((model) => named.includes(model));
    return complete ? [] : [issueAt(root, [...at, 'model_priorities'], `a priority for each of ${models.join(', ')}`)];
  });
}

/** All retries of all groups on the way: how many calls to providers one client call can cause when everything fails. */
function findAmplification({ retriesMax, fallbacks, attemptsMax, fallbacksMax }: RouterSettings, root: ConfigNode): ConfigIssue[] {
  const longest = Math.max(0, ...[...fallbacks.keys()].map((group) => countTargets(fallbacks, group, fallbacksMax)));
  const attempts = Math.min((1 + retriesMax) * (1 + longest), attemptsMax);
  if (attempts <= ATTEMPTS_WORTH_A_WARNING) return [];
  const expected = `at most ${ATTEMPTS_WORTH_A_WARNING} calls to providers for one call of a client`;
  return [issueAt(root, ['router_settings'], expected, `retries and fallbacks for ${attempts}; num_retries_per_request bounds them`)];
}

function countTargets(fallbacks: Fallbacks, group: string, depth: number): number {
  const seen = new Set([group]);
  let level = [group];
  for (let at = 0; at < depth && level.length > 0; at += 1) {
    level = level.flatMap((name) => (fallbacks.get(name) ?? []).map((target) => target.group)).filter((name) => !seen.has(name));
    for (const name of level) seen.add(name);
  }
  return seen.size - 1;
}
