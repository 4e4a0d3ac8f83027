import type { Clock, Redis, RedisAnswer, RoomFull, TokenHold, TokenPair, TokenRoom, TokenRooms } from '../ports/index.ts';
import { createMemoryRooms, endOf, heldUntilEnd, SIDES } from './memory-rooms.ts';
import { COUNT } from './scripts.ts';
import { settled } from './settled.ts';

const KEEP_SECONDS = '60';
/** The reference's names for both. */
const NAMES = { input: 'itpm', output: 'otpm' } as const;

/**
 * Takes of all counters or of none.
 *
 * KEYS: the counters. ARGV: seconds to live; then per counter what is asked for, and its maximum.
 *
 * out: 0, then the new value of each; or, where one has no room, its number, and what it would be.
 */
const TAKE_ROOM = `
local totals = {}
for index, key in ipairs(KEYS) do
  local asked, most = tonumber(ARGV[index * 2]), tonumber(ARGV[index * 2 + 1])
  totals[index] = (tonumber(redis.call('GET', key) or 0) or 0) + asked
  if asked > 0 and totals[index] > most then return {index, string.format('%.17g', totals[index])} end
end
local taken = {0}
for index, key in ipairs(KEYS) do
  if ARGV[index * 2] ~= '0' then redis.pcall('INCRBYFLOAT', key, ARGV[index * 2]) end
  if redis.call('TTL', key) == -1 then redis.call('EXPIRE', key, ARGV[1]) end
  taken[index + 1] = string.format('%.17g', totals[index])
end
return taken`;

/** What Redis was asked for, and its answer, which may come late. */
interface Question {
  readonly room: TokenRoom;
  readonly kinds: readonly (keyof TokenPair)[];
  readonly keys: readonly string[];
  readonly asked: TokenPair;
  readonly answer: RedisAnswer;
}

/**
 * Input and output tokens of all instances behind one Redis, and of a LiteLLM beside them. A call asks once, and the answer is exact. While
 * Redis is away or too slow, each instance goes by what it has let in itself; what Redis counted all the same is given back once that is
 * known.
 *
 * source of the keys: LiteLLM 1.106.2, types/router.py `RouterCacheEnum`.
 */
export function createSharedRooms({ redis, clock }: { readonly redis: Redis; readonly clock: Clock }): TokenRooms {
  const memory = createMemoryRooms(clock);
  const heard = new Map<string, { readonly minute: string; readonly taken: TokenPair }>();
  const minuteOf = (): string => new Date(clock.nowMs()).toISOString().slice(11, 16).replace(':', '-');

  const hear = ({ room, kinds, keys }: Question, totals: readonly number[]): void => {
    const minute = minuteOf();
    if (!keys.every((key) => key.endsWith(minute))) return;
    heard.set(room.id, {
      minute,
      taken: { input: 0, output: 0, ...Object.fromEntries(kinds.map((side, index) => [side, totals[index] ?? 0])) },
    });
  };
  const giveBack = async (question: Question, used: TokenPair): Promise<void> => {
    const said = readTaken(await settled(question.answer), question);
    if (said === undefined || 'kind' in said) return;
    const more = question.kinds.map((side) => used[side] - question.asked[side]);
    if (more.every((by) => by === 0)) return;
    const answer = await redis.run(COUNT, question.keys, [KEEP_SECONDS, ...more.map(String)]);
    if (answer.ok && Array.isArray(answer.value)) hear(question, answer.value.map(Number));
  };

  const takeTogether = async (room: TokenRoom, asked: TokenPair): Promise<TokenHold | RoomFull> => {
    const minute = minuteOf();
    const kinds = SIDES.filter((side) => room.limits[side] !== undefined);
    const keys = kinds.map((side) => redis.key(`global_router:${room.id}:${room.underlyingModel}:${NAMES[side]}:${minute}`));
    const values = kinds.flatMap((side) => [String(asked[side]), String(room.limits[side])]);
    const question = { room, kinds, keys, asked, answer: await redis.run(TAKE_ROOM, keys, [KEEP_SECONDS, ...values]) };
    const said = readTaken(question.answer, question);
    if (said !== undefined && 'kind' in said) return said;
    if (said !== undefined) hear(question, said);
    const own = said === undefined ? memory.take(room, asked) : memory.note(room, asked);
    if ('kind' in own) {
      void giveBack(question, endOf('nothing', asked));
      return own;
    }
    return heldUntilEnd((used) => {
      own.end(used);
      void giveBack(question, endOf(used, asked));
    });
  };

  return {
    take: (room, asked) => (redis.state() === 'ready' ? takeTogether(room, asked) : memory.take(room, asked)),
    taken: (room) => {
      const known = heard.get(room.id);
      return known?.minute === minuteOf() && redis.state() === 'ready' ? known.taken : memory.taken(room);
    },
  };
}

/** The value of each counter, or that one has no room. Undefined when it is no answer of the script. */
function readTaken(answer: RedisAnswer, { room, kinds }: Question): readonly number[] | RoomFull | undefined {
  if (!answer.ok || !Array.isArray(answer.value)) return undefined;
  const [place = NaN, ...totals] = answer.value.map(Number);
  if (place === 0) return totals;
  const side = kinds[place - 1];
  const limit = side === undefined ? undefined : room.limits[side];
  return side === undefined || limit === undefined ? undefined : { kind: 'full', side, limit, used: totals[0] ?? limit };
}
