import type { Clock, Redis, Spending, SpendMark, SpendMeters, SpendScope } from '../ports/index.ts';
import { LiveBudget, Meter } from './meter.ts';
import { createSetAside } from './set-aside.ts';
import { shareSpend, spendKey } from './share-spend.ts';

/** Callers are cached for at most an hour, so after two no budget reads an idle meter. */
const IDLE_MS = 7_200_000;
const SWEEP_MS = 60_000;
/** Smaller amounts count as 0, because the order of float sums differs. */
const NOTHING_USD = 1e-9;

/** The meters with what only their ledger uses. */
export interface OwnMeters extends SpendMeters, Pick<Spending, 'setAside'> {
  /** Shares the last amounts. */
  readonly close: () => Promise<void>;
}

/**
 * Makes the meters of all owners.
 *
 * in:     `redis`, where instances share the spend of owners with a budget; undefined: they see it only in the rows.
 * cost:   a look-up per owner and call. Memory: one small object for each owner with calls in the last two hours.
 */
export function createSpendMeters(clock: Clock, redis: Redis | undefined): OwnMeters {
  const nowMs = (): number => clock.monotonicMs();
  const meters = new Map<string, Meter>();
  /** The meters with a budget, whose sums are shared. */
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
      // Spend written while the row was read may be missing in it, so it is counted on top. If it was there, it counts twice until the next read.
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

/** Whether a meter counts an owner, or a member of a team that is named. */
function belongsTo(meter: Meter, scope: SpendScope, id: string): boolean {
  if (meter.scope === 'member' && scope === 'team') return (JSON.parse(meter.id) as readonly string[])[0] === id;
  return meter.scope === scope && meter.id === id;
}
