import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { Caller, Fallbacks, FallbackTarget } from '../ports/index.ts';
import type { RouteWishes } from './find-fallbacks.ts';
import type { HeaderView } from './header-view.ts';

/** Members of a body that speak to the router. */
const ROUTER_MEMBERS = [
  'num_retries',
  'fallbacks',
  'context_window_fallbacks',
  'content_policy_fallbacks',
  'max_fallbacks',
  'disable_fallbacks',
] as const;

const NO_WISHES: RouteWishes = {};
/** A client's own list, at most. */
const LIST_MAX = 100;
const TRIES_MAX = 100;

/**
 * What a client asks of the router, in its body or by header. What cannot be read is not asked.
 *
 * in:   `mayFallBack` is no wish of his: where the configuration says that he may go on to.
 * cost: a look-up per name for a call that asks nothing.
 */
export function readWishes(body: JsonObject, headers: HeaderView, mayFallBack?: RouteWishes['mayFallBack']): RouteWishes {
  const retries = headers.header('x-litellm-num-retries');
  if (retries === undefined && !ROUTER_MEMBERS.some((name) => body[name] !== undefined))
    return mayFallBack === undefined ? NO_WISHES : { mayFallBack };
  const retriesMax = toCount(body['num_retries'] ?? retries);
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
    ...(body['disable_fallbacks'] === true && { fallbacksOff: true }),
    ...(mayFallBack !== undefined && { mayFallBack }),
  };
}

/** A call's tags: `tags`, `metadata.tags`, `litellm_metadata.tags`, and the header, parted by commas. */
export function readTags(body: JsonObject, headers: HeaderView): readonly string[] {
  const given = [body['tags'], memberOf(body['metadata'], 'tags'), memberOf(body['litellm_metadata'], 'tags')];
  const named = (headers.header('x-litellm-tags') ?? '').split(',').map((tag) => tag.trim());
  return [...new Set([...given.flatMap(toTexts), ...named])].filter((tag) => tag !== '');
}

/** A call's tags, and those that its key has in its metadata. */
export function tagsOf({ metadata }: Pick<Caller, 'metadata'>, body: JsonObject, headers: HeaderView): readonly string[] {
  return [...readTags(body, headers), ...toTexts(metadata['tags'])];
}

/** `[{"group": ["other", …]}, …]` as a map; undefined for anything else. */
export function readFallbacks(value: JsonValue | undefined): Fallbacks | undefined {
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

/** A list for whichever group fails: names, or what a body is to have instead. */
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
