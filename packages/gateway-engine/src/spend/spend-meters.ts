import type { Budget, SpendMark, SpendMeters, SpendScope } from '../ports/index.ts';

/** Callers are believed for an hour at most; whoever is forgotten after two is nobody's any more. */
const IDLE_MS = 7_200_000;
const SWEEP_MS = 60_000;
/** Sums of floats in two orders differ. */
const NOTHING_USD = 1e-9;

/** What one owner's calls have cost since the process began, USD. */
interface Meter {
  counted: number;
  /** Of it, what is in the database, and what was before it was last written. */
  written: number;
  writtenBefore: number;
  writtenAt: SpendMark;
  /** Somebody holds a budget of it: it may not be forgotten when nothing is owed. */
  asked: boolean;
  usedMs: number;
}

/** A budget whose spend goes on while others read it. A class: its spend is read once per call. */
class LiveBudget implements Budget {
  readonly max: number | undefined;
  readonly #meter: Meter;
  /** What the row says, less what was counted before it was read. */
  readonly #from: number;

  constructor(meter: Meter, { spend, max }: Budget, countedBefore: number) {
    this.max = max;
    this.#meter = meter;
    this.#from = spend - countedBefore;
  }

  get spend(): number {
    return this.#from + this.#meter.counted;
  }
}

/**
 * Makes meters for everybody who spends.
 *
 * in:     monotonic milliseconds.
 * cost:   a look-up per owner and call. Memory: one small object for everybody who spent in the last two hours.
 */
export function createSpendMeters(nowMs: () => number): SpendMeters {
  const meters = new Map<string, Meter>();
  let writes: SpendMark = 0;
  let sweptMs = nowMs();
  const meterOf = (scope: SpendScope, id: string): Meter => {
    const name = `${scope}:${id}`;
    const known = meters.get(name);
    if (known !== undefined) {
      known.usedMs = nowMs();
      return known;
    }
    const made = { counted: 0, written: 0, writtenBefore: 0, writtenAt: 0, asked: false, usedMs: nowMs() };
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
      // What was written while the rows were read may be missing in them: then it is counted once more, until they are read again.
      return new LiveBudget(meter, row, meter.writtenAt > mark ? meter.writtenBefore : meter.written);
    },
    add: (scope, id, usd) => {
      meterOf(scope, id).counted += usd;
    },
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
