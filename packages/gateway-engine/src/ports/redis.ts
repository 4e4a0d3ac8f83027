/** Why Redis gave no answer. `hung`: not in time, though the command may have run. `refused`: it answered with an error. */
export interface RedisFailure {
  readonly kind: 'down' | 'hung' | 'refused';
  /** For the log. It never holds a value of the command. */
  readonly message: string;
  /** For one that hung: its late answer, or that the connection was lost. Never rejects. */
  readonly late?: Promise<RedisAnswer>;
}

/** A reply of Redis. */
export type RedisReply = string | number | boolean | null | readonly RedisReply[];

/** The result of a command: a reply, or the failure as a value. */
export type RedisAnswer = { readonly ok: true; readonly value: RedisReply } | { readonly ok: false; readonly error: RedisFailure };

/** `connecting`: not reached yet since the start. `down`: commands fail at once, while the connection is tried again in the background. */
export type RedisState = 'connecting' | 'ready' | 'down';

/**
 * A connection to one Redis. No command takes longer than the time limit, and while Redis is away a command takes no time: every caller has
 * a way to go on without it.
 */
export interface Redis {
  readonly state: () => RedisState;
  /** A key as it is in Redis: with the namespace of the settings in front, if there is one. */
  readonly key: (name: string) => string;
  /** One command, its name first. Never rejects. */
  readonly send: (command: readonly string[]) => Promise<RedisAnswer>;
  /** A Lua script, which Redis runs as one step. */
  readonly run: (script: string, keys: readonly string[], values: readonly string[]) => Promise<RedisAnswer>;
  readonly close: () => Promise<void>;
}

/** Connections by purpose. Purposes with the same settings share one. */
export interface RedisDoors {
  /** Cooldowns and counts of deployments. */
  readonly router: Redis | undefined;
  /** Limits of keys and teams, and work that one instance does for all. */
  readonly coordination: Redis | undefined;
  /** Cached answers. */
  readonly cache: Redis | undefined;
}
