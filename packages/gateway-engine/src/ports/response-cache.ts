import type { DialectId } from '@stagegate/core-transforms';

/** `litellm_settings.cache` and `cache_params`, and what `router_settings` says of them, resolved. */
export interface CachingSettings {
  readonly kind: 'memory' | 'redis' | 's3';
  /** The bucket, where the kind is `s3`. */
  readonly s3?: S3Settings | undefined;
  /** Only calls that ask for it: `mode: default_off`. */
  readonly optIn: boolean;
  /** Whether calls that do not say `caching` themselves get cached answers. Answers are stored in any case. */
  readonly reads: boolean;
  /** `caching_groups`: model groups that share their answers, each with the name that stands for it in keys. */
  readonly groups: ReadonlyMap<string, string>;
  /** For answers whose call says nothing else. */
  readonly ttlSeconds: number;
  readonly namespace: string | undefined;
  readonly dialects: ReadonlySet<DialectId>;
  /** Longer conversations bypass the cache; undefined: no limit. */
  readonly messagesMax: number | undefined;
  /** Whether parameters that only some providers know are part of the key. */
  readonly providerParams: boolean;
  /** The size of the cache in memory, keys included. Other kinds are not bounded. */
  readonly bytesMax: number;
}

/** `cache_params` of type `s3`. */
export interface S3Settings {
  readonly bucket: string;
  /** Undefined: the environment's. */
  readonly region: string | undefined;
  /** A server that speaks S3, without a trailing `/`; undefined: AWS. */
  readonly endpoint: string | undefined;
  /** True: AWS without TLS. */
  readonly plain?: true;
  /** Put before each key: empty, or with a trailing `/`. */
  readonly prefix: string;
  /** By LiteLLM's names of credentials. Missing ones are found by AWS's default chain. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** A cached answer: JSON text, or all events of a stream. */
export interface KeptAnswer {
  readonly text: string;
  /** Wall clock. */
  readonly storedMs: number;
  /** True: the reference has stored it, with members that it does not show. */
  readonly foreign?: boolean;
}

/** Where answers are cached. A cache that is away finds nothing. Nothing ever rejects. */
export interface ResponseCache {
  readonly read: (key: string) => KeptAnswer | undefined | Promise<KeptAnswer | undefined>;
  /** Returns at once, also where there is no room. */
  readonly write: (key: string, answer: KeptAnswer, ttlSeconds: number) => void;
  /** Undefined where the cache is in this process. */
  readonly server: CacheServer | undefined;
}

/** What an operator can ask of a cache that is a server. Each gives the reason when it could not be done. */
export interface CacheServer {
  readonly ping: () => Promise<CacheReply<undefined>>;
  readonly remove: (keys: readonly string[]) => Promise<CacheReply<undefined>>;
  /** What the server says of itself and of its clients, one per line. */
  readonly info: () => Promise<CacheReply<{ readonly info: string; readonly clients: string }>>;
  readonly clear: () => Promise<CacheReply<undefined>>;
}

export type CacheReply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };
