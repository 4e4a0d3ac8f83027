import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { CachingSettings } from '../ports/index.ts';
import type { CacheCall } from './cache-call.ts';
import { cacheKey } from './cache-key.ts';

/** What a call has to do with the cache. */
export interface CacheUse {
  readonly key: string;
  readonly reads: boolean;
  readonly stores: boolean;
  /** An older answer will not do; undefined: any age will. */
  readonly ageSecondsMax: number | undefined;
  readonly ttlSeconds: number;
}

/**
 * Whether a call's answer may come from the cache, and whether it is kept, by the settings, the call's own `cache: {…}` and `caching`.
 *
 * out:    undefined for a call that has nothing to do with the cache.
 * cost:   of a call that has: its body written anew, and hashed.
 * source: LiteLLM 1.106.2, caching/caching.py `should_use_cache`, `_add_cache_logic`, caching/caching_handler.py.
 */
export function useOfCache(settings: CachingSettings, call: CacheCall): CacheUse | undefined {
  const use = readUse(settings, call);
  return use === undefined ? undefined : { ...use, key: named(cacheKey(call, settings.providerParams), settings, call) };
}

/** The same for each input of a call of embeddings, in their order. */
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

/** A `caching` that is null is as none said anything, not even the settings. */
function isRead(settings: CachingSettings, { caching }: JsonObject): boolean {
  return caching === undefined ? settings.reads : caching === null || caching === true;
}

function named(hash: string, settings: CachingSettings, { body: { value }, control }: CacheCall): string {
  const own = textOf(control['namespace']) ?? textOf(memberOf(value['metadata'], 'redis_namespace'));
  const namespace = own ?? settings.namespace;
  return namespace === undefined ? hash : `${namespace}:${hash}`;
}

/** Messages of a conversation, else items of `input` that are no files. */
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
