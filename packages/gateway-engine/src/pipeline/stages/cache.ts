import type { ClientCall } from '@stagegate/core-transforms';
import { isWorthKeeping, KEPT_CHARS_MAX, readKept, toCacheCall, useOfCache, type CacheCall, type CacheUse } from '../../caching/index.ts';
import type { Clock, ResponseCache, StreamBody } from '../../ports/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { PlannedCall } from './plan.ts';

/** A call that has to do with the cache. */
export interface CachedCall {
  readonly cache: ResponseCache;
  readonly call: CacheCall;
  readonly use: CacheUse;
}

/** Undefined for a call that has nothing to do with the cache; for every call where there is none, at the price of a look. */
export function cachedCall(
  { cache, config }: EngineParts,
  { caller }: OpenCall,
  client: ClientCall,
  { plan }: PlannedCall,
  modelGroup: string,
): CachedCall | undefined {
  if (cache === undefined || config.caching === undefined) return undefined;
  const call = toCacheCall(config.caching, client, plan, modelGroup, caller);
  const use = useOfCache(config.caching, call);
  return use === undefined ? undefined : { cache, call, use };
}

/** What the client gets instead of an answer of a provider; undefined where there is nothing. */
export async function findKept({ cache, call, use }: CachedCall, clock: Clock): Promise<string | undefined> {
  if (!use.reads) return undefined;
  const found = cache.read(use.key);
  const kept = found instanceof Promise ? await found : found;
  return kept === undefined ? undefined : readKept(kept, use, call, clock.nowMs());
}

/** Keeps a whole answer, or all events of a stream, if it is worth it. */
export function keep({ cache, call, use }: CachedCall, text: string, clock: Clock): void {
  if (use.stores && isWorthKeeping(text, call)) cache.write(use.key, { text, storedMs: clock.nowMs() }, use.ttlSeconds);
}

/** A stream whose events are gathered while they are written, and kept when nothing is missing at its end. */
export function gathered(body: StreamBody, isComplete: () => boolean, whenWhole: (text: string) => void): StreamBody {
  return {
    pump: async (sink) => {
      let text = '';
      await body.pump({
        write: (piece) => {
          if (text.length <= KEPT_CHARS_MAX) text += piece;
          return sink.write(piece);
        },
      });
      if (isComplete()) whenWhole(text);
    },
  };
}
