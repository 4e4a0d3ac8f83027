import type { Clock, Redis, RedisReply } from '../ports/index.ts';
import { settled } from './settled.ts';

/** What was added here is written this often … */
const TELL_MS = 100;
/** … and what others have added is read every so many times. */
const TELLS_PER_LOOK = 4;
/** A sum that has not been asked for this long is no longer read. */
const IDLE_MS = 60_000;
/** Sums per script call, during which Redis serves nothing else. */
const SUMS_MAX = 500;

/** One shared sum. */
export interface ToldSum {
  /** Not yet added in Redis, USD. */
  pending: number;
  /** Monotonic: when it was last asked for or added to. */
  usedMs: number;
  /** True: it is kept up to date even if it is not asked for. */
  readonly held?: boolean;
}

/** How sums of one kind are exchanged. */
export interface SumTalk<Sum extends ToldSum> {
  /** All sums, by name. */
  readonly sums: Map<string, Sum>;
  readonly script: string;
  readonly keysOf: (sum: Sum) => readonly string[];
  /** Values that come before those of the sums. */
  readonly firstValues?: readonly string[];
  /** in: the sum, and what is added to it now. out: the same number of values for each. */
  readonly valuesOf: (sum: Sum, told: number) => readonly string[];
  /** How many replies the script gives for each. */
  readonly repliesPerSum: number;
  readonly hear: (sum: Sum, replies: readonly RedisReply[]) => void;
}

/** Exchanges sums until it is closed. Nobody waits for it. */
export interface SumExchange {
  /** Writes what is pending, once, and ends. */
  readonly close: () => Promise<void>;
}

/** Exchanges sums with other instances: writes what was added every 100 ms, and reads every 400. While Redis is away it does nothing. */
export function createSumExchange<Sum extends ToldSum>(redis: Redis, clock: Clock, talk: SumTalk<Sum>): SumExchange {
  let ticks = 0;
  let busy = false;
  const exchange = async (looks: boolean): Promise<void> => {
    const nowMs = clock.monotonicMs();
    const due: Sum[] = [];
    for (const [name, sum] of talk.sums) {
      const isIdle = sum.held !== true && nowMs - sum.usedMs >= IDLE_MS;
      if (sum.pending !== 0 || (looks && !isIdle)) due.push(sum);
      else if (isIdle) talk.sums.delete(name);
    }
    for (let start = 0; start < due.length; start += SUMS_MAX) await send(redis, talk, due.slice(start, start + SUMS_MAX));
  };
  const tick = async (): Promise<void> => {
    if (busy || redis.state() !== 'ready') return;
    busy = true;
    await exchange(ticks % TELLS_PER_LOOK === 0);
    ticks += 1;
    busy = false;
  };
  const timer = setInterval(() => void tick(), TELL_MS);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      if (redis.state() === 'ready') await exchange(false);
    },
  };
}

async function send<Sum extends ToldSum>(redis: Redis, talk: SumTalk<Sum>, due: readonly Sum[]): Promise<void> {
  const told = due.map(({ pending }) => pending);
  for (const sum of due) sum.pending = 0;
  const keys = due.flatMap((sum) => talk.keysOf(sum).map((key) => redis.key(key)));
  const first = await redis.run(talk.script, keys, [
    ...(talk.firstValues ?? []),
    ...due.flatMap((sum, index) => talk.valuesOf(sum, told[index] ?? 0)),
  ]);
  const answer = await settled(first);
  if (!answer.ok) {
    // A command that hung may have been run: what it added is not added again.
    if (first.ok || first.error.kind !== 'hung') for (const [index, sum] of due.entries()) sum.pending += told[index] ?? 0;
    return;
  }
  const replies = Array.isArray(answer.value) ? answer.value : [];
  const { repliesPerSum: width } = talk;
  for (const [index, sum] of due.entries()) talk.hear(sum, replies.slice(index * width, (index + 1) * width));
}
