/** Why Redis gave no answer. `hung`: not in time; what was asked may have been done. `refused`: it answered that it will not. */
export interface RedisFailure {
  readonly kind: 'down' | 'hung' | 'refused';
  /** For the log; never a value that was asked with. */
  readonly message: string;
  /** Of one that hung: what it answers after all, or that its connection was lost meanwhile. Never rejects. */
  readonly late?: Promise<RedisAnswer>;
}

/** What Redis answers with. */
export type RedisReply = string | number | boolean | null | readonly RedisReply[];

/** What a question to Redis gives: an error is a value. */
export type RedisAnswer = { readonly ok: true; readonly value: RedisReply } | { readonly ok: false; readonly error: RedisFailure };

/** `connecting`: not reached yet since the start. `down`: questions fail at once, and it is asked in the background whether it is back. */
export type RedisState = 'connecting' | 'ready' | 'down';

/**
 * The door to one Redis. A question takes no longer than the call timeout, and while Redis is away it takes no time: whoever asks
 * always has a way to go on without.
 */
export interface Redis {
  readonly state: () => RedisState;
  /** A key as it is in Redis: behind the namespace of the settings, if there is one. */
  readonly key: (name: string) => string;
  /** One command, its name first. Never rejects. */
  readonly send: (command: readonly string[]) => Promise<RedisAnswer>;
  /** A Lua script, which Redis runs as one step. */
  readonly run: (script: string, keys: readonly string[], values: readonly string[]) => Promise<RedisAnswer>;
  readonly close: () => Promise<void>;
}

/** Redis by what it is for; where two are one, they share a connection. */
export interface RedisDoors {
  /** Cooldowns and counts of deployments. */
  readonly router: Redis | undefined;
  /** Limits of keys and teams, work that one instance does for all. */
  readonly coordination: Redis | undefined;
  /** Answers that are kept. */
  readonly cache: Redis | undefined;
}
