import { createHash } from 'node:crypto';
import type { RedisSettings } from '../config/index.ts';
import type { Redis, RedisAnswer, RedisFailure, RedisReply, RedisState } from '../ports/index.ts';
import { connect, type Connection, isRedisRefusal } from './connection.ts';

/** What a door to Redis is made with. */
export interface RedisOptions extends RedisSettings {
  /** Called once for every change of state. */
  readonly onState?: (state: RedisState, why: string) => void;
  /** How often a Redis that is away is tried at least; default 1,000. */
  readonly probeMs?: number;
}

/** After this many unanswered commands in a row, the next ones fail at once. */
const FAILURES_MAX = 5;
const PROBE_MS = 1000;
/** A Redis that answers the probe but then no command is tried less and less often, up to this. */
const PROBE_MS_MAX = 60_000;
/** How long it has to answer before it is trusted again. */
const TRUST_MS = 10_000;
/** Connecting takes several round trips, and no call waits for it. */
const CONNECT_MS_MIN = 1000;
/** Refusals that are about the command. All others (LOADING, MOVED, OOM, READONLY, NOAUTH …) are about the server. */
const ABOUT_THE_QUESTION = /^(?:ERR|WRONGTYPE|NOSCRIPT|CROSSSLOT)\b/u;
const GREETINGS = 3;
const DOWN: RedisAnswer = { ok: false, error: { kind: 'down', message: 'Redis is not reached' } };

/** Makes a door to a Redis, which need not be reachable yet: it is tried in the background from now on. */
export function createRedis(options: RedisOptions): Redis {
  return new Door(options);
}

/**
 * A connection with a circuit breaker. While it is open there is no connection, and no command is sent. The one probe of its half-open
 * state is a new connection that is made in the background, so that no caller ever waits for it.
 */
class Door implements Redis {
  readonly #options: RedisOptions;
  /** The wait until the next probe, once commands have failed. */
  #probeMs: number;
  #readyMs = 0;
  readonly #digests = new Map<string, string>();
  #connection: Connection | undefined;
  #state: RedisState = 'connecting';
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RedisOptions) {
    this.#options = options;
    this.#probeMs = options.probeMs ?? PROBE_MS;
    void this.#probe();
  }

  state(): RedisState {
    return this.#state;
  }

  key(name: string): string {
    const { namespace } = this.#options;
    return namespace === undefined ? name : `${namespace}:${name}`;
  }

  async send(command: readonly string[]): Promise<RedisAnswer> {
    const connection = this.#connection;
    if (connection === undefined) return DOWN;
    const answer = await ask(connection, command, this.#options.timeoutMs);
    if (answer.ok || ABOUT_THE_QUESTION.test(answer.error.message)) this.#failures = 0;
    else this.#noteFailure(answer.error, connection);
    return answer;
  }

  async run(script: string, keys: readonly string[], values: readonly string[]): Promise<RedisAnswer> {
    const rest = [String(keys.length), ...keys, ...values];
    const answer = await this.send(['EVALSHA', this.#digestOf(script), ...rest]);
    // Redis was restarted, or never saw the script.
    return !answer.ok && answer.error.message.startsWith('NOSCRIPT') ? this.send(['EVAL', script, ...rest]) : answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#connection?.close(this.#options.timeoutMs);
    this.#connection = undefined;
  }

  #digestOf(script: string): string {
    const known = this.#digests.get(script) ?? createHash('sha1').update(script).digest('hex');
    this.#digests.set(script, known);
    return known;
  }

  /** `asked`: the connection that gave no answer. If it is gone already, that says nothing about the current one. */
  #noteFailure({ message }: RedisFailure, asked: Connection): void {
    if (asked !== this.#connection) return;
    this.#failures += 1;
    if (this.#failures < FAILURES_MAX) return;
    const trusted = performance.now() - this.#readyMs > TRUST_MS;
    this.#probeMs = trusted ? (this.#options.probeMs ?? PROBE_MS) : Math.min(2 * this.#probeMs, PROBE_MS_MAX);
    this.#leave(message, this.#probeMs);
  }

  /** Gives the connection up: hanging answers would delay those behind them. */
  #leave(why: string, probeInMs: number): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    if (this.#closed) return;
    this.#enter('down', why);
    this.#probeIn(probeInMs);
  }

  #probeIn(ms: number): void {
    this.#timer = setTimeout(() => void this.#probe(), ms);
    this.#timer.unref();
  }

  async #probe(): Promise<void> {
    const { timeoutMs } = this.#options;
    const connectMs = Math.max(CONNECT_MS_MIN, timeoutMs);
    const opened = await connect(this.#options, connectMs);
    const answer = opened.ok ? await this.#greet(opened.connection, connectMs) : opened;
    if (!opened.ok || !answer.ok || this.#closed) {
      if (opened.ok) opened.connection.destroy();
      if (this.#closed) return;
      if (!answer.ok) this.#enter('down', answer.error.message);
      return this.#probeIn(this.#options.probeMs ?? PROBE_MS);
    }
    this.#connection = opened.connection;
    this.#failures = 0;
    this.#readyMs = performance.now();
    opened.connection.onLost((why) => {
      if (this.#connection === opened.connection) this.#leave(why, 0);
    });
    this.#enter('ready', 'Redis answers');
  }

  /**
   * The first answers on a new connection may be late while a process starts: the first one has more time, and one of the next three must
   * come in time.
   */
  async #greet(connection: Connection, connectMs: number): Promise<RedisAnswer> {
    let answer = await ask(connection, ['PING'], connectMs);
    if (!answer.ok) return answer;
    for (let tries = 0; tries < GREETINGS; tries += 1) {
      answer = await ask(connection, ['PING'], this.#options.timeoutMs);
      if (answer.ok || answer.error.kind !== 'hung') return answer;
    }
    return answer;
  }

  #enter(state: RedisState, why: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState?.(state, why);
  }
}

async function ask(connection: Connection, command: readonly string[], timeoutMs: number): Promise<RedisAnswer> {
  const answered = connection.send(command).then(
    (value): RedisAnswer => ({ ok: true, value: value as RedisReply }),
    (error: unknown): RedisAnswer => ({
      ok: false,
      error: { kind: isRedisRefusal(error) ? 'refused' : 'down', message: error instanceof Error ? error.message : String(error) },
    }),
  );
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<RedisAnswer>((resolve) => {
    const hung = (): void => resolve({ ok: false, error: { kind: 'hung', message: `no answer within ${timeoutMs} ms`, late: answered } });
    timer = setTimeout(hung, timeoutMs);
  });
  const answer = await Promise.race([answered, tooLate]);
  clearTimeout(timer);
  return answer;
}
