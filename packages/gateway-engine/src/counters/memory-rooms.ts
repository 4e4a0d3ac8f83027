import { systemClock, type Clock, type RoomFull, type TokenHold, type TokenPair, type TokenRoom, type TokenRooms } from '../ports/index.ts';

const MINUTE_MS = 60_000;
/** The two kinds of tokens that a deployment may limit by themselves. */
export const SIDES = ['input', 'output'] as const;
const NOTHING: TokenPair = { input: 0, output: 0 };

type Row = { -readonly [Name in keyof TokenPair]: number } & { minute: number };

/** Rooms of one process. */
export interface MemoryRooms extends TokenRooms {
  readonly take: (room: TokenRoom, asked: TokenPair) => TokenHold | RoomFull;
  /** Counts what Redis has let in. */
  readonly note: (room: TokenRoom, asked: TokenPair) => TokenHold;
}

/**
 * Input and output tokens of one process, by the minute of the clock, as in the reference.
 *
 * Memory: a row for each deployment with such a limit.
 */
export function createMemoryRooms(clock: Pick<Clock, 'nowMs'> = systemClock): MemoryRooms {
  const rows = new Map<string, Row>();
  const rowOf = ({ id }: TokenRoom): Row => {
    const minute = Math.floor(clock.nowMs() / MINUTE_MS);
    const known = rows.get(id);
    if (known?.minute === minute) return known;
    const made = { minute, input: 0, output: 0 };
    rows.set(id, made);
    return made;
  };
  const note = (room: TokenRoom, asked: TokenPair): TokenHold => {
    const row = rowOf(room);
    add(row, room, asked, NOTHING);
    return heldUntilEnd((used) => {
      // Once the minute is over, its counts no longer matter.
      if (rows.get(room.id) === row) add(row, room, endOf(used, asked), asked);
    });
  };
  return {
    take: (room, asked) => findFull(room, asked, rowOf(room)) ?? note(room, asked),
    note,
    taken: (room) => rowOf(room),
  };
}

function add(row: Row, { limits }: TokenRoom, more: TokenPair, less: TokenPair): void {
  for (const side of SIDES) if (limits[side] !== undefined) row[side] += more[side] - less[side];
}

/** The first kind without room for this many tokens. */
function findFull({ limits }: TokenRoom, asked: TokenPair, taken: TokenPair): RoomFull | undefined {
  for (const side of SIDES) {
    const limit = limits[side];
    const used = taken[side] + asked[side];
    if (limit !== undefined && asked[side] > 0 && used > limit) return { kind: 'full', side, limit, used };
  }
  return undefined;
}

/** The tokens that a call counts for once its attempt is over. */
export function endOf(used: TokenPair | 'unknown' | 'nothing', asked: TokenPair): TokenPair {
  if (used === 'nothing') return NOTHING;
  return used === 'unknown' ? asked : used;
}

/** A hold that can be ended once. */
export function heldUntilEnd(end: TokenHold['end']): TokenHold {
  let over = false;
  return {
    end: (used) => {
      if (over) return;
      over = true;
      end(used);
    },
  };
}
