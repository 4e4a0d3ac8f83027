import type { Budget, Clock, Redis, SpendMark, SpendMeters, SpendScope } from '../ports/index.ts';
import { shareSpend, spendKey, type SharedSpend } from './share-spend.ts';

/** Callers are believed for an hour at most; whoever is forgotten after two is nobody's any more. */
const IDLE_MS = 7_200_000;
const SWEEP_MS = 60_000;
/** Sums of floats in two orders differ. */
const NOTHING_USD = 1e-9;

/** What one owner's calls have cost since the process began, USD. A class: it is read and added to by each call. */
class Meter implements SharedSpend {
  readonly scope: SpendScope;
  readonly id: string;
  counted = 0;
  /** Of it, what is in the database, and what was before it was last written. */
  written = 0;
  writtenBefore = 0;
  writtenAt: SpendMark = 0;
  /** Somebody holds a budget of it: it may not be forgotten when nothing is owed. */
  asked = false;
  usedMs: number;
  pending = 0;
  /** By the row that was read last, less what was counted before; undefined: rows were set anew since. */
  from: number | undefined;
  /** What all instances have spent, where they tell each other. */
  shared: number | undefined;

  constructor(scope: SpendScope, id: string, usedMs: number) {
    this.scope = scope;
    this.id = id;
    this.usedMs = usedMs;
  }

  known(told: number): number | undefined {
    return this.from === undefined ? undefined : this.from + this.counted - told;
  }

  heard(usd: number | undefined): void {
    this.shared = usd;
  }
}

/** A budget whose spend goes on while others read it. A class: its spend is read once per call. */
class LiveBudget implements Budget {
  readonly max: number | undefined;
  readonly #meter: Meter;
  readonly #redis: Redis | undefined;
  /** What the row says, less what was counted before it was read. */
  readonly #from: number;

  constructor(meter: Meter, { spend, max }: Budget, countedBefore: number, redis: Redis | undefined) {
    this.max = max;
    this.#redis = redis;
    this.#meter = meter;
    this.#from = spend - countedBefore;
  }

  get shared(): boolean {
    return this.#meter.shared !== undefined && this.#redis?.state() === 'ready';
  }

  /** What others have told may be more than what is in the row; less it is only where they know less. */
  get spend(): number {
    const own = this.#from + this.#meter.counted;
    const { shared } = this.#meter;
    return shared !== undefined && shared > own ? shared : own;
  }
}

/** Meters, as their ledger has them. */
export interface OwnMeters extends SpendMeters {
  /** Tells what there is to tell. */
  readonly close: () => Promise<void>;
}

/**
 * Makes meters for everybody who spends.
 *
 * in:     `redis`, where instances tell each other what owners with a budget have spent; absent: they see it in the rows.
 * cost:   a look-up per owner and call. Memory: one small object for everybody who spent in the last two hours.
 */
export function createSpendMeters(clock: Clock, redis: Redis | undefined): OwnMeters {
  const nowMs = (): number => clock.monotonicMs();
  const meters = new Map<string, Meter>();
  /** Of those with a budget, where they are told. */
  const told = new Map<string, Meter>();
  const exchange = redis === undefined ? undefined : shareSpend(redis, clock, told);
  let writes: SpendMark = 0;
  let sweptMs = nowMs();
  const meterOf = (scope: SpendScope, id: string): Meter => {
    const name = `${scope}:${id}`;
    const known = meters.get(name);
    if (known !== undefined) {
      known.usedMs = nowMs();
      return known;
    }
    const made = new Meter(scope, id, nowMs());
    meters.set(name, made);
    return made;
  };
  const sweep = (): void => {
    if (nowMs() - sweptMs < SWEEP_MS) return;
    sweptMs = nowMs();
    for (const [name, meter] of meters) if (sweptMs - meter.usedMs > IDLE_MS && owesNothing(meter)) meters.delete(name);
  };
  return {
    mark: () => writes,
    budget: (mark, scope, id, row) => {
      const meter = meterOf(scope, id);
      meter.asked = true;
      // A window's sum would go on under the same name when the next one begins.
      if (exchange !== undefined && row.max !== undefined && scope !== 'window') told.set(`${scope}:${id}`, meter);
      // What was written while the rows were read may be missing in them: then it is counted once more, until they are read again.
      const before = meter.writtenAt > mark ? meter.writtenBefore : meter.written;
      meter.from = row.spend - before;
      return new LiveBudget(meter, row, before, redis);
    },
    add: (scope, id, usd) => {
      const meter = meterOf(scope, id);
      meter.counted += usd;
      if (exchange === undefined || !told.has(`${scope}:${id}`)) return;
      meter.pending += usd;
      if (meter.shared !== undefined) meter.shared += usd;
    },
    forget: (scope, id) => {
      const anew = [...told.values()].filter((meter) => scope === undefined || belongsTo(meter, scope, id ?? ''));
      for (const meter of anew) [meter.from, meter.shared] = [undefined, undefined];
      const keys = anew.map((meter) => spendKey(meter.scope, meter.id));
      if (redis !== undefined && keys.length > 0) void redis.send(['DEL', ...keys.map((key) => redis.key(key))]);
    },
    close: async () => exchange?.close(),
    written: (amounts) => {
      writes += 1;
      for (const [scope, id, usd] of amounts) {
        const meter = meterOf(scope, id);
        meter.writtenBefore = meter.written;
        meter.written += usd;
        meter.writtenAt = writes;
        if (!meter.asked && owesNothing(meter)) meters.delete(`${scope}:${id}`);
      }
      sweep();
    },
  };
}

function owesNothing({ counted, written }: Meter): boolean {
  return Math.abs(counted - written) < NOTHING_USD;
}

/** Whose row it is; a team's members change with it. */
function belongsTo(meter: Meter, scope: SpendScope, id: string): boolean {
  if (meter.scope === 'member' && scope === 'team') return (JSON.parse(meter.id) as readonly string[])[0] === id;
  return meter.scope === scope && meter.id === id;
}
