import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { Caller, CallerRouting, Fallbacks, FallbackTarget } from '../ports/index.ts';
import type { RouteWishes } from './find-fallbacks.ts';
import type { HeaderView } from './header-view.ts';

/** Members of a body that are meant for the router. */
const ROUTER_MEMBERS = [
  'num_retries',
  'fallbacks',
  'context_window_fallbacks',
  'content_policy_fallbacks',
  'max_fallbacks',
  'disable_fallbacks',
] as const;

/** Those of them that `router_settings` of a key or a team may set for its calls. */
const SETTINGS_MEMBERS = ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'] as const;

/** What is known of the caller. */
export interface WishesOf {
  /** Where the configuration lets him fall back to. No wish of his own. */
  readonly mayFallBack?: RouteWishes['mayFallBack'];
  readonly routing?: CallerRouting | undefined;
}

const NO_WISHES: RouteWishes = {};
const NOTHING: WishesOf = {};
/** The longest list that a client may send. */
const LIST_MAX = 100;
const TRIES_MAX = 100;

/**
 * What a client asks of the router: in its body or headers, else by the settings of its key or team. What cannot be read is ignored.
 *
 * cost: one look-up per name for a call that asks for nothing.
 */
export function readWishes(asked: JsonObject, headers: HeaderView, { mayFallBack, routing }: WishesOf = NOTHING): RouteWishes {
  const retries = headers.header('x-litellm-num-retries');
  if (retries === undefined && routing === undefined && !ROUTER_MEMBERS.some((name) => asked[name] !== undefined))
    return mayFallBack === undefined ? NO_WISHES : { mayFallBack };
  const body = routing === undefined ? asked : withSettings(asked, routing.settings);
  const retriesMax = toCount(asked['num_retries'] ?? retries ?? routing?.settings['num_retries']);
  const fallbacksMax = toCount(body['max_fallbacks']);
  const { fallbacks } = body;
  const fallbackList = readFallbackList(fallbacks);
  const general = fallbackList === undefined ? readFallbacks(fallbacks) : undefined;
  const contextWindowFallbacks = readFallbacks(body['context_window_fallbacks']);
  const contentPolicyFallbacks = readFallbacks(body['content_policy_fallbacks']);
  return {
    ...(retriesMax !== undefined && { retriesMax }),
    ...(fallbacksMax !== undefined && { fallbacksMax }),
    ...(fallbackList !== undefined && { fallbackList }),
    ...(general !== undefined && { fallbacks: general }),
    ...(contextWindowFallbacks !== undefined && { contextWindowFallbacks }),
    ...(contentPolicyFallbacks !== undefined && { contentPolicyFallbacks }),
    ...((routing?.fallbacksOff ?? body['disable_fallbacks'] === true) && { fallbacksOff: true }),
    ...(routing?.groupRetryPolicies !== undefined && { groupRetryPolicies: routing.groupRetryPolicies }),
    ...(mayFallBack !== undefined && { mayFallBack }),
  };
}

function withSettings(body: JsonObject, settings: JsonObject): JsonObject {
  const own = SETTINGS_MEMBERS.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]] as const]));
  return own.length === 0 ? body : { ...Object.fromEntries(own), ...body };
}

/** A call's tags: `tags`, `metadata.tags`, `litellm_metadata.tags`, and the header, parted by commas. */
export function readTags(body: JsonObject, headers: HeaderView): readonly string[] {
  const given = [body['tags'], memberOf(body['metadata'], 'tags'), memberOf(body['litellm_metadata'], 'tags')];
  const named = (headers.header('x-litellm-tags') ?? '').split(',').map((tag) => tag.trim());
  return [...new Set([...given.flatMap(toTexts), ...named])].filter((tag) => tag !== '');
}

/** The tags by which a call is routed and logged: its own and those of its key, team and project. */
export function allTags(body: JsonObject, headers: HeaderView, routing: CallerRouting | undefined): readonly string[] {
  const own = readTags(body, headers);
  return routing === undefined || routing.tags.length === 0 ? own : [...new Set([...own, ...routing.tags])];
}

/** A call's own tags and those in its key's metadata: the tags that budgets and rate limits are for. */
export function tagsOf({ metadata }: Pick<Caller, 'metadata'>, body: JsonObject, headers: HeaderView): readonly string[] {
  return [...readTags(body, headers), ...toTexts(metadata['tags'])];
}

/** `[{"group": ["other", …]}, …]` as a map; undefined for anything else. */
function readFallbacks(value: JsonValue | undefined): Fallbacks | undefined {
  if (!Array.isArray(value)) return undefined;
  return new Map(
    value.slice(0, LIST_MAX).flatMap((entry) =>
      isObject(entry)
        ? Object.entries(entry)
            .slice(0, 1)
            .map(([group, targets]) => [group, Array.isArray(targets) ? targets.flatMap(toTarget) : []] as const)
        : [],
    ),
  );
}

/** A list for whichever group fails: names, or members that the body is to have instead. */
function readFallbackList(value: JsonValue | undefined): readonly FallbackTarget[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const plain = value.every((entry) => typeof entry === 'string');
  const overriding = value.every((entry) => isObject(entry) && typeof entry['model'] === 'string');
  return plain || overriding ? value.slice(0, LIST_MAX).flatMap(toTarget) : undefined;
}

/** One target of a list: a name, or members of a body with its `model`. */
export function toTarget(entry: JsonValue): FallbackTarget[] {
  if (typeof entry === 'string') return [{ group: entry }];
  if (!isObject(entry)) return [];
  const { model, ...members } = entry;
  if (typeof model !== 'string') return [];
  return Object.keys(members).length === 0 ? [{ group: model }] : [{ group: model, overrides: JSON.stringify(members) }];
}

function toCount(value: unknown): number | undefined {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 ? Math.min(count, TRIES_MAX) : undefined;
}

function toTexts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function memberOf(holder: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(holder) ? holder[name] : undefined;
}
