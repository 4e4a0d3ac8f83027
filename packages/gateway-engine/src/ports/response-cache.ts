import type { DialectId } from '@stagegate/core-transforms';

/** `litellm_settings.cache` and `cache_params`, and what `router_settings` says of it, resolved. */
export interface CachingSettings {
  readonly kind: 'memory' | 'redis' | 's3';
  /** Where a bucket is, of kind `s3`. */
  readonly s3?: S3Settings | undefined;
  /** Only calls that ask for it: `mode: default_off`. */
  readonly optIn: boolean;
  /** Whether kept answers are given to calls that do not say `caching` themselves; answers are kept all the same. */
  readonly reads: boolean;
  /** `caching_groups`: model groups that share their answers, each with what stands for it in keys. */
  readonly groups: ReadonlyMap<string, string>;
  /** For answers whose call says nothing else. */
  readonly ttlSeconds: number;
  readonly namespace: string | undefined;
  readonly dialects: ReadonlySet<DialectId>;
  /** Longer conversations have nothing to do with the cache; undefined: there is no limit. */
  readonly messagesMax: number | undefined;
  /** Members that only some providers know tell two calls apart too. */
  readonly providerParams: boolean;
  /** All that is kept in memory, keys included; bounds nothing elsewhere. */
  readonly bytesMax: number;
}

/** `cache_params` of type `s3`. */
export interface S3Settings {
  readonly bucket: string;
  /** Undefined: what the environment says. */
  readonly region: string | undefined;
  /** A server that speaks S3, without `/` at its end; undefined: AWS. */
  readonly endpoint: string | undefined;
  /** AWS without TLS. */
  readonly plain?: true;
  /** Before each key; empty, or with `/` at its end. */
  readonly prefix: string;
  /** By LiteLLM's names of credentials; what is not named AWS's default chain finds. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** An answer that is kept: JSON text, or all events of a stream. */
export interface KeptAnswer {
  readonly text: string;
  /** Wall clock. */
  readonly storedMs: number;
  /** The reference has kept it: with members that it does not show. */
  readonly foreign?: boolean;
}

/** Where answers are kept. A cache that is away has none; nothing of it ever rejects. */
export interface ResponseCache {
  readonly read: (key: string) => KeptAnswer | undefined | Promise<KeptAnswer | undefined>;
  /** Returns at once, also where there is no room. */
  readonly write: (key: string, answer: KeptAnswer, ttlSeconds: number) => void;
  /** Undefined where it is this process. */
  readonly server: CacheServer | undefined;
}

/** What is asked of a cache that is a server, by whoever runs the gateway. Each gives the reason when it could not be done. */
export interface CacheServer {
  readonly ping: () => Promise<CacheReply<undefined>>;
  readonly remove: (keys: readonly string[]) => Promise<CacheReply<undefined>>;
  /** What the server says of itself, and its clients, a line each. */
  readonly info: () => Promise<CacheReply<{ readonly info: string; readonly clients: string }>>;
  readonly clear: () => Promise<CacheReply<undefined>>;
}

export type CacheReply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };
