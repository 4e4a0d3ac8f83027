import type {
  RateCounters,
  RateHold,
  RateKind,
  RateLimit,
  RateStanding,
  RateTaken,
  Redis,
  RedisAnswer,
  RedisReply,
} from '../ports/index.ts';
import { createMemoryRates, type MemoryRates, standingsOf, tokensTaken } from './memory-rates.ts';
import { END_RATES, TAKE_RATES } from './rate-scripts.ts';

const MINUTE_SECONDS = '60';
/** A place whose instance has crashed is free again after this long. */
const PLACE_SECONDS = '3600';
/** As the script says which is reached. */
const KINDS: readonly RateKind[] = ['requests', 'max_parallel_requests', 'tokens'];
/** Numbers that the script gives per limit. */
const FIELDS = 4;

/** What shared limits are made with. */
export interface SharedRatesOptions {
  readonly redis: Redis;
  /** Names one call among those of all instances. */
  readonly newId: () => string;
}

/** Limits that several instances count together. */
export interface SharedRates extends RateCounters {
  /** `failsClosed`: while Redis is away, nobody who has a limit is let in. */
  readonly follow: (settings: { readonly failsClosed: boolean }) => void;
}

/**
 * Limits of all instances behind one Redis, and of a LiteLLM beside them. A call asks once, for all of its limits, and is answered exactly;
 * while Redis is away, or has not answered in time, each instance goes by what it has let in itself.
 */
export function createSharedRates({ redis, newId }: SharedRatesOptions): SharedRates {
  const memory = createMemoryRates();
  let failsClosed = false;
  return {
    follow: (settings) => {
      failsClosed = settings.failsClosed;
    },
    take: (limits, tokens, nowMs) => {
      if (redis.state() === 'ready') return takeTogether(limits, tokens, nowMs);
      return failsClosed ? { kind: 'unknown' } : memory.take(limits, tokens, nowMs);
    },
  };

  async function takeTogether(limits: readonly RateLimit[], tokens: number, nowMs: number): Promise<RateTaken> {
    const place = newId();
    const keys = limits.flatMap((limit) =>
      ['window', 'requests', 'tokens', 'max_parallel_requests'].map((kind) => keyOf(redis, limit, kind)),
    );
    const most = limits.flatMap(({ requests, parallel, tokens: most }) => [requests, parallel, most].map((max) => String(max ?? '')));
    const answer = await redis.run(TAKE_RATES, keys, [String(tokens), place, MINUTE_SECONDS, PLACE_SECONDS, ...most]);
    const numbers = numbersOf(answer, limits.length);
    if (numbers === undefined) {
      // It may have been taken all the same: a place would be held for an hour.
      if (!answer.ok && answer.error.kind === 'hung') giveBack(redis, limits, place, 0, []);
      return failsClosed ? { kind: 'unknown' } : memory.take(limits, tokens, nowMs);
    }
    return reached(limits, numbers) ?? new SharedHold(redis, memory, limits, { place, tokens, numbers, nowMs });
  }
}

/** The reference's names. */
function keyOf(redis: Redis, { scope, id }: RateLimit, kind: string): string {
  return redis.key(`{${scope}:${id}}:${kind}`);
}

/** Undefined when it is no answer of the script's. */
function numbersOf(answer: RedisAnswer, limits: number): readonly RedisReply[] | undefined {
  if (!answer.ok || !Array.isArray(answer.value)) return undefined;
  const numbers = answer.value as readonly RedisReply[];
  return numbers.length === (numbers[0] === 0 ? 1 + limits * FIELDS : 3) ? numbers : undefined;
}

function reached(limits: readonly RateLimit[], [code, number, count]: readonly RedisReply[]): RateStanding | undefined {
  const kind = KINDS[Number(code) - 1];
  const limit = limits[Number(number) - 1];
  if (kind === undefined || limit === undefined) return undefined;
  const max = { requests: limit.requests, max_parallel_requests: limit.parallel, tokens: limit.tokens }[kind] ?? 0;
  return { limit, kind, max, remaining: Math.max(0, max - Number(count)) };
}

/** Nobody waits for it. */
function giveBack(redis: Redis, limits: readonly RateLimit[], place: string, tokens: number, starts: readonly string[]): void {
  const keys = limits.flatMap((limit) => ['window', 'tokens', 'max_parallel_requests'].map((kind) => keyOf(redis, limit, kind)));
  void redis.run(END_RATES, keys, [String(tokens), place, MINUTE_SECONDS, ...limits.map((_limit, index) => starts[index] ?? '')]);
}

interface TakenTogether {
  readonly place: string;
  readonly tokens: number;
  readonly numbers: readonly RedisReply[];
  readonly nowMs: number;
}

/** What Redis has let in; this process counts along, for the time when Redis is away. */
class SharedHold implements RateHold {
  readonly left: RateHold['left'];
  readonly #redis: Redis;
  readonly #limits: readonly RateLimit[];
  readonly #taken: TakenTogether;
  readonly #own: RateHold;
  #told = 0;
  #over = false;

  constructor(redis: Redis, memory: MemoryRates, limits: readonly RateLimit[], taken: TakenTogether) {
    this.#redis = redis;
    this.#limits = limits;
    this.#taken = taken;
    this.#own = memory.note(limits, taken.tokens, taken.nowMs);
    this.left = limits.flatMap((limit, index) => {
      const [, requests, running, used] = taken.numbers.slice(1 + index * FIELDS).map(Number);
      return standingsOf(limit, { requests: requests ?? 0, running: running ?? 0, tokens: used ?? 0 });
    });
  }

  told(tokens: number): void {
    this.#told += tokens;
    this.#own.told(tokens);
  }

  end(failed: boolean, nowMs: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#own.end(failed, nowMs);
    const { place, tokens, numbers } = this.#taken;
    const unused = tokensTaken(this.#told, tokens, failed) - tokens;
    const starts = this.#limits.map((limit, index) => (limit.tokens === undefined ? '' : String(numbers[1 + index * FIELDS])));
    const isHeld = this.#limits.some(({ parallel }) => parallel !== undefined);
    if (isHeld || (unused !== 0 && starts.some((start) => start !== ''))) {
      giveBack(this.#redis, this.#limits, place, unused, starts);
    }
  }
}
