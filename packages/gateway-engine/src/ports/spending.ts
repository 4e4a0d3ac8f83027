import type { DialectId, JsonObject } from '@stagegate/core-transforms';
import type { Caller } from './caller.ts';
import type { Deployment } from './gateway-config.ts';

/** An answer, once it is whole: for whom, by whom, and what it took. */
export interface SpentCall {
  /** What `x-litellm-call-id` shows. */
  readonly callId: string;
  /** The answer's own id; undefined when it has none. */
  readonly answerId: string | undefined;
  readonly dialect: DialectId;
  readonly caller: Caller | undefined;
  readonly endUserId: string | undefined;
  readonly tags: readonly string[];
  readonly modelGroup: string;
  readonly deployment: Deployment;
  /** 0 for an answer from the cache, and where nobody knows what the model costs. */
  readonly usd: number;
  /** Tokens. */
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  /** As the provider counted, in chat's words. */
  readonly usage: JsonObject;
  /** Under which the cache had it; undefined: a provider answered. */
  readonly cacheKey: string | undefined;
  /** Monotonic: when the call came, when the first of the answer went to the client, when the last did. */
  readonly cameMs: number;
  readonly firstMs: number;
  readonly endedMs: number;
}

/** Who keeps account of what is spent. */
export interface Spending {
  /** Counts at once for whoever is asked next; written down soon. Never throws, never waits. */
  readonly spent: (call: SpentCall) => void;
}
