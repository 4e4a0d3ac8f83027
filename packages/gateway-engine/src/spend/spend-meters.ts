import type { Clock, Redis, Spending, SpendMark, SpendMeters, SpendScope } from '../ports/index.ts';
import { LiveBudget, Meter } from './meter.ts';
import { createSetAside } from './set-aside.ts';
import { shareSpend, spendKey } from './share-spend.ts';

/** Callers are believed for an hour at most; whoever is forgotten after two is nobody's any more. */
const IDLE_MS = 7_200_000;
const SWEEP_MS = 60_000;
/** Sums of floats in two orders differ. */
const NOTHING_USD = 1e-9;

/** Meters, as their ledger has them. */
export interface OwnMeters extends SpendMeters, Pick<Spending, 'setAside'> {
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
    const made = new Meter(name, scope, id, nowMs());
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
      if (exchange !== undefined && row.max !== undefined) told.set(meter.name, meter);
      // What was written while the rows were read may be missing in them: then it is counted once more, until they are read again.
      const before = meter.writtenAt > mark ? meter.writtenBefore : meter.written;
      meter.from = row.spend - before;
      return new LiveBudget(meter, row, before, redis);
    },
    add: (scope, id, usd) => {
      const meter = meterOf(scope, id);
      meter.counted += usd;
      if (told.has(meter.name)) meter.tell(usd);
    },
    forget: (scope, id) => {
      const anew = [...told.values()].filter((meter) => scope === undefined || belongsTo(meter, scope, id ?? ''));
      for (const meter of anew) [meter.from, meter.shared] = [undefined, undefined];
      const keys = anew.map((meter) => spendKey(meter.scope, meter.id));
      if (redis !== undefined && keys.length > 0) void redis.send(['DEL', ...keys.map((key) => redis.key(key))]);
    },
    setAside: createSetAside(redis, told, nowMs),
    close: async () => exchange?.close(),
    written: (amounts) => {
      writes += 1;
      for (const [scope, id, usd] of amounts) {
        const meter = meterOf(scope, id);
        meter.writtenBefore = meter.written;
        meter.written += usd;
        meter.writtenAt = writes;
        if (!meter.asked && owesNothing(meter)) meters.delete(meter.name);
      }
      sweep();
    },
  };
}

function owesNothing({ counted, written, held }: Meter): boolean {
  return !held && Math.abs(counted - written) < NOTHING_USD;
}

/** Whose row it is; a team's members change with it. */
function belongsTo(meter: Meter, scope: SpendScope, id: string): boolean {
  if (meter.scope === 'member' && scope === 'team') return (JSON.parse(meter.id) as readonly string[])[0] === id;
  return meter.scope === scope && meter.id === id;
}
