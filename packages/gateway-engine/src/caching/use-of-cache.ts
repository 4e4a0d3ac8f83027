import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { CachingSettings } from '../ports/index.ts';
import type { CacheCall } from './cache-call.ts';
import { cacheKey } from './cache-key.ts';

/** How a call uses the cache. */
export interface CacheUse {
  readonly key: string;
  readonly reads: boolean;
  readonly stores: boolean;
  /** Older answers are not used; undefined: any age will do. */
  readonly ageSecondsMax: number | undefined;
  readonly ttlSeconds: number;
}

/**
 * Whether a call's answer may come from the cache and whether it is stored, by the settings and the call's own `cache: {…}` and `caching`.
 *
 * out:    undefined for a call that does not use the cache.
 * cost:   for a call that does, its body is written anew and hashed.
 * source: LiteLLM 1.106.2, caching/caching.py `should_use_cache`, `_add_cache_logic`, caching/caching_handler.py.
 */
export function useOfCache(settings: CachingSettings, call: CacheCall): CacheUse | undefined {
  const use = readUse(settings, call);
  return use === undefined ? undefined : { ...use, key: named(cacheKey(call, settings.providerParams), settings, call) };
}

/** The same for each input of a call for embeddings, in their order. */
export function usesOfInputs(settings: CachingSettings, call: CacheCall, inputs: readonly JsonValue[]): readonly CacheUse[] | undefined {
  const use = readUse(settings, call);
  if (use === undefined) return undefined;
  return inputs.map((input) => {
    const hash = cacheKey(call, settings.providerParams, JSON.stringify(input));
    return { ...use, key: named(hash, settings, call) };
  });
}

function readUse(settings: CachingSettings, { body: { value }, dialect, control }: CacheCall): Omit<CacheUse, 'key'> | undefined {
  if (!settings.dialects.has(dialect) || (settings.optIn && control['use-cache'] !== true)) return undefined;
  if (settings.messagesMax !== undefined && countMessages(value) > settings.messagesMax) return undefined;
  const reads = isRead(settings, value) && control['no-cache'] !== true;
  const stores = control['no-store'] !== true;
  if (!reads && !stores) return undefined;
  return {
    reads,
    stores,
    ageSecondsMax: secondsOf(control['s-max-age'] ?? control['s-maxage']),
    ttlSeconds: secondsOf(control['ttl']) ?? settings.ttlSeconds,
  };
}

/** `caching: null` turns reading on, whatever the settings say. */
function isRead(settings: CachingSettings, { caching }: JsonObject): boolean {
  return caching === undefined ? settings.reads : caching === null || caching === true;
}

function named(hash: string, settings: CachingSettings, { body: { value }, control }: CacheCall): string {
  const own = textOf(control['namespace']) ?? textOf(memberOf(value['metadata'], 'redis_namespace'));
  const namespace = own ?? settings.namespace;
  return namespace === undefined ? hash : `${namespace}:${hash}`;
}

/** The messages of a conversation, else the items of `input` that are not files. */
function countMessages({ messages, input }: JsonObject): number {
  if (Array.isArray(messages)) return messages.length;
  return Array.isArray(input) ? input.filter((item) => isObject(item) && item['type'] !== 'file').length : 0;
}

function memberOf(holder: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(holder) ? holder[name] : undefined;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function secondsOf(value: JsonValue | undefined): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
