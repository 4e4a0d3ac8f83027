import { settled } from '../counters/index.ts';
import type { Redis, RedisAnswer, SpendFull, SpendHold, Spending } from '../ports/index.ts';
import { LiveBudget, type Meter } from './meter.ts';
import { KEEP_SECONDS, spendKey } from './share-spend.ts';

/** Smaller amounts count as 0, because the order of float sums differs. Source of this file: LiteLLM 1.106.2, budget_reservation.py. */
const NOTHING_USD = 1e-12;

/**
 * Adds pending amounts to sums, then sets money aside in all of them or in none.
 *
 * KEYS: the sums. ARGV: time to live in seconds, the amount wanted, 1 where a smaller amount will not do; then for each sum: the pending
 * amount, its start value if Redis has none (or ''), its value as this process knows it, and its limit. USD.
 * out: 0 and the amount set aside; or the place, from 1, of a sum without room, its value, and the amount wanted of it.
 */
const SET_ASIDE = `
local granted = tonumber(ARGV[2])
local totals = {}
for index, key in ipairs(KEYS) do
  local by, from = ARGV[index * 4], tonumber(ARGV[index * 4 + 1])
  if redis.call('EXISTS', key) == 1 then
    if tonumber(by) ~= 0 then redis.pcall('INCRBYFLOAT', key, by) end
  elseif from then redis.call('SET', key, string.format('%.17g', from + tonumber(by))) end
  redis.call('EXPIRE', key, ARGV[1])
  local total = redis.pcall('GET', key)
  total = type(total) == 'string' and tonumber(total) or nil
  local known = tonumber(ARGV[index * 4 + 2])
  totals[index] = total and math.max(total, known) or known
end
for index, total in ipairs(totals) do
  local room = tonumber(ARGV[index * 4 + 3]) - total
  if not (room > ${NOTHING_USD}) or (ARGV[3] == '1' and granted - room > ${NOTHING_USD}) then
    return {index, string.format('%.17g', total), string.format('%.17g', granted)}
  end
  granted = math.min(granted, room)
end
for index, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then redis.pcall('INCRBYFLOAT', key, string.format('%.17g', granted)) end
end
return {0, string.format('%.17g', granted)}`;

/** The amount that was set aside, USD, or the budget that had no room. */
type Granted = { readonly kind: 'granted'; readonly usd: number } | SpendFull;

/**
 * Makes the function that sets money aside for a call. It decides by the spend of all instances where they share it, else by that of this process.
 *
 * in:   `told`: the meters whose sums are shared.
 * cost: one command to Redis for all budgets of a call; while Redis is away or late, this process decides by what it knows.
 */
export function createSetAside(redis: Redis | undefined, told: Map<string, Meter>, nowMs: () => number): Spending['setAside'] {
  return (budgets, usd, whole) => {
    const live = budgets.filter((budget): budget is LiveBudget => budget instanceof LiveBudget);
    if (redis === undefined || redis.state() !== 'ready' || live.length === 0) return setAsideHere(live, told, usd, whole);
    for (const { meter } of live) {
      meter.usedMs = nowMs();
      told.set(meter.name, meter);
    }
    return setAsideTogether(redis, live, told, usd, whole);
  };
}

function setAsideHere(budgets: readonly LiveBudget[], told: Map<string, Meter>, usd: number, whole: boolean): SpendHold | SpendFull {
  const granted = grant(budgets, usd, whole);
  if (granted.kind === 'full') return granted;
  return new Hold(budgets, told, granted.usd, false);
}

async function setAsideTogether(
  redis: Redis,
  budgets: readonly LiveBudget[],
  told: Map<string, Meter>,
  usd: number,
  whole: boolean,
): Promise<SpendHold | SpendFull> {
  const sums = budgets.map(({ own, max, meter }) => {
    const { pending } = meter;
    meter.pending = 0;
    return { meter, pending, values: [pending, meter.known(pending) ?? '', own, max ?? Infinity].map(String) };
  });
  const keys = sums.map(({ meter }) => redis.key(spendKey(meter.scope, meter.id)));
  const first = await redis.run(SET_ASIDE, keys, [KEEP_SECONDS, String(usd), whole ? '1' : '', ...sums.flatMap(({ values }) => values)]);
  const said = readGranted(first, budgets);
  if (said?.kind === 'full') return said;
  if (said !== undefined) return new Hold(budgets, told, said.usd, true);
  void settled(first).then((late) => {
    const lateSaid = readGranted(late, budgets);
    // A command that hung may still have added the pending amounts, so they are not added again.
    if (!first.ok && first.error.kind !== 'hung') for (const { meter, pending } of sums) meter.pending += pending;
    if (lateSaid?.kind === 'granted') for (const { meter } of sums) meter.pending -= lateSaid.usd;
  });
  return setAsideHere(budgets, told, usd, whole);
}

/** Decides by what this process knows. */
function grant(budgets: readonly LiveBudget[], wanted: number, whole: boolean): Granted {
  let usd = wanted;
  for (const [at, budget] of budgets.entries()) {
    const { spend } = budget;
    const room = roomOf(budget, spend);
    // Negated, so that NaN never lets anybody spend.
    if (!(room > NOTHING_USD) || (whole && usd - room > NOTHING_USD)) return toFull(at, budget, spend, usd);
    usd = Math.min(usd, room);
  }
  return { kind: 'granted', usd };
}

/** Reads the script's answer; undefined where it is not one. */
function readGranted(answer: RedisAnswer, budgets: readonly LiveBudget[]): Granted | undefined {
  if (!answer.ok || !Array.isArray(answer.value)) return undefined;
  const [place = NaN, usd = NaN, wanted = NaN] = answer.value.map(Number);
  if (place === 0) return Number.isNaN(usd) ? undefined : { kind: 'granted', usd };
  const budget = budgets[place - 1];
  return budget === undefined ? undefined : toFull(place - 1, budget, usd, wanted);
}

/** The refusal. A budget with nothing left is reported with the wanted amount added, as if the call had been admitted. */
function toFull(at: number, budget: LiveBudget, spent: number, wanted: number): SpendFull {
  const isPart = roomOf(budget, spent) > NOTHING_USD;
  return { kind: 'full', at, usd: isPart ? spent : spent + wanted, asked: isPart ? wanted : undefined };
}

function roomOf({ max = Infinity }: LiveBudget, spent: number): number {
  return max - spent;
}

/** The money that is set aside for one call. A class, because one is made for each call. */
class Hold implements SpendHold {
  readonly #budgets: readonly LiveBudget[];
  readonly #told: Map<string, Meter>;
  readonly #usd: number;
  #over = false;

  /** in: `isTold`: Redis has the amount already. */
  constructor(budgets: readonly LiveBudget[], told: Map<string, Meter>, usd: number, isTold: boolean) {
    this.#budgets = budgets;
    this.#told = told;
    this.#usd = usd;
    for (const { meter } of budgets) {
      meter.reserve(usd);
      this.#tell(meter, usd);
      if (isTold) meter.pending -= usd;
    }
  }

  end(thoughtUsd = 0): void {
    if (this.#over) return;
    this.#over = true;
    for (const { meter } of this.#budgets) {
      meter.release(this.#usd);
      // This amount is never written to a row.
      meter.counted += thoughtUsd;
      meter.written += thoughtUsd;
      this.#tell(meter, thoughtUsd - this.#usd);
    }
  }

  #tell(meter: Meter, usd: number): void {
    if (this.#told.has(meter.name)) meter.tell(usd);
  }
}
