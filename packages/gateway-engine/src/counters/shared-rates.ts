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
  ShareLimits,
  ShareStanding,
  ShareTaken,
} from '../ports/index.ts';
import { createSharedActiveKeys } from './active-keys.ts';
import { settled } from './settled.ts';
import { createMemoryRates, standingsOf, tokensTaken } from './memory-rates.ts';
import { END_RATES, TAKE_RATES } from './rate-scripts.ts';
import { TAKE_SHARE } from './share-scripts.ts';

const MINUTE_SECONDS = '60';
/** The place of a call whose instance has crashed is free again after this long. */
const PLACE_SECONDS = '3600';
/** By the number with which the script says which limit is reached. */
const KINDS: readonly RateKind[] = ['requests', 'max_parallel_requests', 'tokens'];
/** Numbers per limit in the script's answer. */
const FIELDS = 4;
/** Numbers in the answer for a share that is used up. */
const SHARE_FIELDS = 4;
/** How many places are remembered that have still to be given back. */
const OWED_MAX = 10_000;

/** What shared limits are made with. */
export interface SharedRatesOptions {
  readonly redis: Redis;
  /** Names one call among those of all instances. */
  readonly newId: () => string;
}

/** Limits that several instances count together. */
export interface SharedRates extends RateCounters {
  /** `failsClosed`: while Redis is away, callers with a limit are refused. */
  readonly follow: (settings: { readonly failsClosed: boolean }) => void;
}

/**
 * Limits of all instances behind one Redis, and of a LiteLLM beside them. A call asks once for all of its limits, and the answer is exact.
 * While Redis is away or too slow, each instance goes by what it has let in itself; what Redis counted all the same is given back once that
 * is known.
 */
export function createSharedRates({ redis, newId }: SharedRatesOptions): SharedRates {
  const memory = createMemoryRates();
  const shared = new TakenKeeper(redis);
  let failsClosed = false;
  return {
    active: createSharedActiveKeys(redis),
    follow: (settings) => {
      failsClosed = settings.failsClosed;
    },
    take: (limits, tokens, nowMs) => {
      if (redis.state() === 'ready') return takeTogether(limits, tokens, nowMs);
      return failsClosed ? { kind: 'unknown' } : memory.take(limits, tokens, nowMs);
    },
    takeShare: (limits, nowMs) => {
      if (redis.state() === 'ready') return takeShareTogether(limits, nowMs);
      return failsClosed ? { kind: 'unknown' } : memory.takeShare(limits, nowMs);
    },
  };

  async function takeTogether(limits: readonly RateLimit[], tokens: number, nowMs: number): Promise<RateTaken> {
    shared.payBack();
    const place = newId();
    const keys = limits.flatMap((limit) =>
      ['window', 'requests', 'tokens', 'max_parallel_requests'].map((kind) => keyOf(redis, limit, kind)),
    );
    const most = limits.flatMap(({ requests, parallel, tokens: most }) => [requests, parallel, most].map((max) => String(max ?? '')));
    const answer = await redis.run(TAKE_RATES, keys, [String(tokens), place, MINUTE_SECONDS, PLACE_SECONDS, ...most]);
    const taken: Taken = { limits, place, tokens, answer };
    const numbers = numbersOf(answer, limits.length);
    if (numbers !== undefined) {
      return reached(limits, numbers) ?? new SharedHold(shared, taken, memory.note(limits, tokens, nowMs), leftOf(limits, numbers));
    }
    const own = failsClosed ? ({ kind: 'unknown' } as const) : memory.take(limits, tokens, nowMs);
    if (!('kind' in own)) return new SharedHold(shared, taken, own, own.left);
    void shared.end(taken, 0);
    return own;
  }

  async function takeShareTogether(ask: ShareLimits, nowMs: number): Promise<ShareTaken> {
    const limits = ask.share === undefined ? [ask.whole] : [ask.whole, ask.share];
    const keys = limits.flatMap((limit) => ['window', 'requests', 'tokens'].map((kind) => keyOf(redis, limit, kind)));
    const most = limits.flatMap(({ requests, tokens }) => [requests, tokens].map((max) => String(max ?? '')));
    const answer = await redis.run(TAKE_SHARE, keys, [MINUTE_SECONDS, String(ask.fullFrom), ...most]);
    const full = usedUp(limits, answer);
    if (full !== undefined) return full;
    const taken: Taken = { limits, place: '', tokens: 0, answer };
    const numbers = numbersOf(answer, limits.length);
    if (numbers !== undefined) return new SharedHold(shared, taken, memory.note(limits, 0, nowMs), leftOf(limits, numbers));
    const own = failsClosed ? ({ kind: 'unknown' } as const) : memory.takeShare(ask, nowMs);
    return 'kind' in own ? own : new SharedHold(shared, taken, own, own.left);
  }
}

/** The limit that is used up: the group's, or its share's. */
function usedUp(limits: readonly RateLimit[], answer: RedisAnswer): ShareStanding | undefined {
  if (!answer.ok || !Array.isArray(answer.value) || answer.value.length !== SHARE_FIELDS) return undefined;
  const standing = reached(limits, answer.value);
  return standing && { ...standing, saturation: Number(answer.value[SHARE_FIELDS - 1]) };
}

/** The reference's names. */
function keyOf(redis: Redis, { scope, id }: RateLimit, kind: string): string {
  return redis.key(`{${scope}:${id}}:${kind}`);
}

/** The script's answer: 0 and the fields of each limit, or three numbers about the limit that is reached. Undefined for anything else. */
function numbersOf(answer: RedisAnswer, limits: number): readonly RedisReply[] | undefined {
  if (!answer.ok || !Array.isArray(answer.value)) return undefined;
  const numbers = answer.value as readonly RedisReply[];
  const length = numbers[0] === 0 ? 1 + limits * FIELDS : 3;
  return numbers.length === length ? numbers : undefined;
}

function reached(limits: readonly RateLimit[], [code, number, count]: readonly RedisReply[]): RateStanding | undefined {
  const kind = KINDS[Number(code) - 1];
  const limit = limits[Number(number) - 1];
  if (kind === undefined || limit === undefined) return undefined;
  const max = { requests: limit.requests, max_parallel_requests: limit.parallel, tokens: limit.tokens }[kind] ?? 0;
  return { limit, kind, max, remaining: Math.max(0, max - Number(count)) };
}

function leftOf(limits: readonly RateLimit[], numbers: readonly RedisReply[]): RateHold['left'] {
  return limits.flatMap((limit, index) => {
    const [, requests, running, used] = numbers.slice(1 + index * FIELDS).map(Number);
    return standingsOf(limit, { requests: requests ?? 0, running: running ?? 0, tokens: used ?? 0 });
  });
}

/** What Redis was asked for, and its answer, which may come late. */
interface Taken {
  readonly limits: readonly RateLimit[];
  readonly place: string;
  readonly tokens: number;
  readonly answer: RedisAnswer;
}

/** Gives back what calls took in Redis. Nobody waits for it. */
class TakenKeeper {
  readonly #redis: Redis;
  /** Places that could not be given back because Redis was away. */
  #owed: (readonly [limits: readonly RateLimit[], place: string])[] = [];

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Gives back what is owed, first thing when Redis is back. */
  payBack(): void {
    if (this.#owed.length === 0) return;
    const owed = this.#owed;
    this.#owed = [];
    for (const [limits, place] of owed) void this.#giveBack(limits, place, 0, []);
  }

  /** `used`: the tokens that the call counts for now that it is over. */
  async end({ limits, place, tokens, answer }: Taken, used: number): Promise<void> {
    const said = await settled(answer);
    if (!said.ok && said.error.kind === 'down') return this.#owe(limits, place);
    const numbers = numbersOf(said, limits.length);
    // A limit was reached, and nothing was taken.
    if (numbers?.[0] !== 0) return;
    const starts = limits.map((limit, index) => (limit.tokens === undefined ? '' : String(numbers[1 + index * FIELDS])));
    const isCounted = used !== tokens && starts.some((start) => start !== '');
    if (isCounted || limits.some(hasPlaces)) await this.#giveBack(limits, place, used - tokens, starts);
  }

  async #giveBack(limits: readonly RateLimit[], place: string, tokens: number, starts: readonly string[]): Promise<void> {
    const keys = limits.flatMap((limit) => ['window', 'tokens', 'max_parallel_requests'].map((kind) => keyOf(this.#redis, limit, kind)));
    const asked = [String(tokens), place, MINUTE_SECONDS, ...limits.map((_limit, index) => starts[index] ?? '')];
    const said = await settled(await this.#redis.run(END_RATES, keys, asked));
    if (!said.ok && said.error.kind === 'down') this.#owe(limits, place);
  }

  /** Tokens are not remembered: they may have been given back, and their minute is soon over. */
  #owe(limits: readonly RateLimit[], place: string): void {
    if (this.#owed.length < OWED_MAX && limits.some(hasPlaces)) this.#owed.push([limits, place]);
  }
}

function hasPlaces({ parallel }: RateLimit): boolean {
  return parallel !== undefined;
}

/** A hold that Redis has granted, or this process while Redis was late. This process counts along, for times when Redis is away. */
class SharedHold implements RateHold {
  readonly left: RateHold['left'];
  readonly #shared: TakenKeeper;
  readonly #taken: Taken;
  readonly #own: RateHold;
  #told = 0;
  #over = false;

  constructor(shared: TakenKeeper, taken: Taken, own: RateHold, left: RateHold['left']) {
    this.#shared = shared;
    this.#taken = taken;
    this.#own = own;
    this.left = left;
  }

  told(tokens: number): void {
    this.#told += tokens;
    this.#own.told(tokens);
  }

  end(failed: boolean, nowMs: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#own.end(failed, nowMs);
    void this.#shared.end(this.#taken, tokensTaken(this.#told, this.#taken.tokens, failed));
  }
}
