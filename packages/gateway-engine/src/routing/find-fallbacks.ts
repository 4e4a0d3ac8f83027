import type { Fallbacks, FallbackTarget, FailurePolicy, RouterSettings } from '../ports/index.ts';
import type { RouterFailure } from './classify-failure.ts';
import type { FailedAttempt } from './next-step.ts';

/** What a call asks of the router. An absent member leaves the decision to the settings. */
export interface RouteWishes {
  readonly retriesMax?: number;
  /** The call's own list, whichever group fails. */
  readonly fallbackList?: readonly FallbackTarget[];
  readonly fallbacks?: Fallbacks;
  readonly contextWindowFallbacks?: Fallbacks;
  readonly contentPolicyFallbacks?: Fallbacks;
  readonly fallbacksMax?: number;
  readonly fallbacksOff?: boolean;
  /** Replaces the configuration's. */
  readonly groupRetryPolicies?: ReadonlyMap<string, FailurePolicy>;
  /** Whether its caller may fall back to a group; absent: to any. */
  readonly mayFallBack?: ((group: string) => boolean) | undefined;
}

const NOWHERE: readonly FallbackTarget[] = [];

/**
 * Where a call may go when a target has failed, in order: deployments of a higher `order` in its group, or the group's other deployments,
 * then the configured fallbacks.
 *
 * in:     `origin`: the group that was asked first. A target without fallbacks of its own has those of the origin.
 * source: LiteLLM 1.106.2, router.py `async_function_with_fallbacks_common_utils`.
 */
export function findFallbacks(
  settings: RouterSettings,
  wishes: RouteWishes,
  target: FallbackTarget,
  origin: string,
  { orders, failure, failover }: Pick<FailedAttempt, 'orders' | 'failure' | 'failover'>,
): readonly FallbackTarget[] {
  const { group, order } = target;
  if (wishes.fallbacksOff === true) return NOWHERE;
  const special = specialFallbacks(settings, wishes, failure);
  const others = failover === undefined || special !== 'general' ? NOWHERE : [{ ...target, without: failover }];
  // The attempt before has queued the group's fallbacks already: only the deployments that are left follow here.
  if (target.without !== undefined) return others;
  const failed = order ?? orders[0];
  if (special === 'general' && orders.length > 1 && failed !== undefined) {
    const higher = orders.filter((level) => level > failed).map((level) => ({ group, order: level }));
    return [...(higher.length > 0 ? higher : others), ...generalFallbacks(settings, wishes, group, origin)];
  }
  if (wishes.fallbackList !== undefined) return [...others, ...wishes.fallbackList];
  if (special === 'general' || special === undefined) return [...others, ...generalFallbacks(settings, wishes, group, origin)];
  return lookUp(special, group, origin);
}

/** The fallbacks for this class of failure; undefined where none are set for it, `general` for a class that has no list of its own. */
function specialFallbacks(settings: RouterSettings, wishes: RouteWishes, { className }: RouterFailure): Fallbacks | 'general' | undefined {
  if (className === 'ContextWindowExceededError') return wishes.contextWindowFallbacks ?? settings.contextWindowFallbacks;
  if (className === 'ContentPolicyViolationError') return wishes.contentPolicyFallbacks ?? settings.contentPolicyFallbacks;
  return 'general';
}

function generalFallbacks(settings: RouterSettings, wishes: RouteWishes, group: string, origin: string): readonly FallbackTarget[] {
  return wishes.fallbackList ?? lookUp(wishes.fallbacks ?? settings.fallbacks, group, origin);
}

/**
 * The fallbacks of the group, else of the group that was asked first, else those for all groups (`*`).
 *
 * source: LiteLLM 1.106.2, router_utils/fallback_event_handlers.py `get_fallback_model_group_for_lookup_groups`.
 */
function lookUp(fallbacks: Fallbacks, group: string, origin: string): readonly FallbackTarget[] {
  return ownOf(fallbacks, group) ?? ownOf(fallbacks, origin) ?? fallbacks.get('*') ?? NOWHERE;
}

/** The fallbacks of a group: by its name, else by its name without the provider. */
function ownOf(fallbacks: Fallbacks, group: string): readonly FallbackTarget[] | undefined {
  const slash = group.indexOf('/');
  return fallbacks.get(group) ?? (slash === -1 ? undefined : fallbacks.get(group.slice(slash + 1)));
}

const LISTS = { general: 'fallbacks', context_window: 'contextWindowFallbacks', content_policy: 'contentPolicyFallbacks' } as const;

/** What a client may ask about a model's fallbacks: of which list. */
export type FallbackType = keyof typeof LISTS;

/** Whether a text from outside is one of them. */
export function isFallbackType(text: string): text is FallbackType {
  return Object.hasOwn(LISTS, text);
}

/** The groups that a call to a group falls back to, in order, as configured. */
export function configuredFallbacks(settings: RouterSettings | undefined, type: FallbackType, group: string): readonly string[] {
  return lookUp(settings?.[LISTS[type]] ?? new Map(), group, group).map((target) => target.group);
}
