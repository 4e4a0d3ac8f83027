import { settled } from '../counters/index.ts';
import type { Redis, RedisAnswer, SpendFull, SpendHold, Spending } from '../ports/index.ts';
import { LiveBudget, type Meter } from './meter.ts';
import { KEEP_SECONDS, spendKey } from './share-spend.ts';

/** Less than this is nothing: sums of floats in two orders differ. Source: LiteLLM 1.106.2, budget_reservation.py; so is the rest here. */
const NOTHING_USD = 1e-12;

/**
 * Tells sums, and sets money aside at all of them or at none.
 *
 * KEYS: the sums. ARGV: seconds to live, what is wanted, 1 where less will not do; then per sum what to add before, where it begins, or
 * nothing, what is known of it at least, and what it may be.
 * out: 0 and what was set aside; or which has no room, what it is, and what was wanted of it.
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

/** What a question for money came to: how much is set aside, USD. */
type Granted = { readonly kind: 'granted'; readonly usd: number } | SpendFull;

/**
 * Makes who sets money aside: by what this process knows, or, where instances share what they have spent, by what all of them have.
 *
 * in:   `told`: of whom others are told.
 * cost: one question to Redis where there is one, for all budgets of a call; while it is away or late this process goes by what it knows.
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
    // What was asked for in time may have been added, and is not added again.
    if (!first.ok && first.error.kind !== 'hung') for (const { meter, pending } of sums) meter.pending += pending;
    if (lateSaid?.kind === 'granted') for (const { meter } of sums) meter.pending -= lateSaid.usd;
  });
  return setAsideHere(budgets, told, usd, whole);
}

/** By what this process knows. */
function grant(budgets: readonly LiveBudget[], wanted: number, whole: boolean): Granted {
  let usd = wanted;
  for (const [at, budget] of budgets.entries()) {
    const { spend } = budget;
    const room = roomOf(budget, spend);
    // Written so that a number that is none never lets anybody spend.
    if (!(room > NOTHING_USD) || (whole && usd - room > NOTHING_USD)) return toFull(at, budget, spend, usd);
    usd = Math.min(usd, room);
  }
  return { kind: 'granted', usd };
}

/** Undefined when it is no answer of the script's. */
function readGranted(answer: RedisAnswer, budgets: readonly LiveBudget[]): Granted | undefined {
  if (!answer.ok || !Array.isArray(answer.value)) return undefined;
  const [place = NaN, usd = NaN, wanted = NaN] = answer.value.map(Number);
  if (place === 0) return Number.isNaN(usd) ? undefined : { kind: 'granted', usd };
  const budget = budgets[place - 1];
  return budget === undefined ? undefined : toFull(place - 1, budget, usd, wanted);
}

/** A budget of which nothing is left is worded as if the call had been let in. */
function toFull(at: number, budget: LiveBudget, spent: number, wanted: number): SpendFull {
  const isPart = roomOf(budget, spent) > NOTHING_USD;
  return { kind: 'full', at, usd: isPart ? spent : spent + wanted, asked: isPart ? wanted : undefined };
}

function roomOf({ max = Infinity }: LiveBudget, spent: number): number {
  return max - spent;
}

/** Money of one call. A class: one is made per call. */
class Hold implements SpendHold {
  readonly #budgets: readonly LiveBudget[];
  readonly #told: Map<string, Meter>;
  readonly #usd: number;
  #over = false;

  /** in: whether the others know of it. */
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
      // No row will ever say it.
      meter.counted += thoughtUsd;
      meter.written += thoughtUsd;
      this.#tell(meter, thoughtUsd - this.#usd);
    }
  }

  #tell(meter: Meter, usd: number): void {
    if (this.#told.has(meter.name)) meter.tell(usd);
  }
}
