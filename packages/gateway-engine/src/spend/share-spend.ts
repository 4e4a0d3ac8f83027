import { createSumExchange, type SumExchange, type ToldSum } from '../counters/index.ts';
import type { Clock, Redis, SpendScope } from '../ports/index.ts';

/** Seconds for which Redis keeps a sum after its last change, as in the reference. Where it is gone, the row counts. */
export const KEEP_SECONDS = '60';

/**
 * Adds to the shared sums of owners and reads them. A sum that Redis does not have starts from what is known of its row.
 *
 * KEYS: the sums. ARGV: time to live in seconds; then for each sum the amount to add, its start value (or ''), and 1 if running calls have
 * money set aside in it, so that it does not expire. out: each sum as text, or ''. USD.
 */
const ADD_SPEND = `
local totals = {}
for index, key in ipairs(KEYS) do
  local by, from = ARGV[index * 3 - 1], tonumber(ARGV[index * 3])
  if tonumber(by) ~= 0 then
    if redis.call('EXISTS', key) == 1 then redis.pcall('INCRBYFLOAT', key, by)
    elseif from then redis.call('SET', key, string.format('%.17g', from + tonumber(by))) end
  end
  if tonumber(by) ~= 0 or ARGV[index * 3 + 1] == '1' then redis.call('EXPIRE', key, ARGV[1]) end
  local total = redis.pcall('GET', key)
  totals[index] = type(total) == 'string' and total or ''
end
return totals`;

/** The spend of an owner with a budget, which instances share. USD. */
export interface SharedSpend extends ToldSum {
  readonly scope: SpendScope;
  readonly id: string;
  /** The sum as this process knows it, without `told`, which is being sent; undefined: not known well enough to start a sum. */
  readonly known: (told: number) => number | undefined;
  /** Takes the sum of all instances from Redis; undefined: Redis does not have it. */
  readonly heard: (usd: number | undefined) => void;
}

/** Shares the spend of owners with other instances, and with a LiteLLM beside them, under LiteLLM's keys. */
export function shareSpend(redis: Redis, clock: Clock, sums: Map<string, SharedSpend>): SumExchange {
  return createSumExchange(redis, clock, {
    sums,
    script: ADD_SPEND,
    keysOf: ({ scope, id }) => [spendKey(scope, id)],
    firstValues: [KEEP_SECONDS],
    valuesOf: (sum, told) => [String(told), String(sum.known(told) ?? ''), sum.held ? '1' : ''],
    repliesPerSum: 1,
    hear: (sum, [total]) => {
      const usd = typeof total === 'string' && total !== '' ? Number(total) : Number.NaN;
      sum.heard(Number.isFinite(usd) ? usd + sum.pending : undefined);
    },
  });
}

/**
 * The reference's key for an owner's sum. The key of a window has its start in it, or its sum would run on into the next window.
 *
 * source: LiteLLM 1.106.2, proxy/proxy_server.py `increment_spend_counters`.
 */
export function spendKey(scope: SpendScope, id: string): string {
  if (scope === 'organization') return `spend:org:${id}`;
  if (scope === 'window') {
    const [owner, ownerId, duration, startMs] = JSON.parse(id) as readonly [string, string, string, number];
    return `spend:${owner}:${ownerId}:window:${duration}:${startMs}`;
  }
  if (scope !== 'member') return `spend:${scope}:${id}`;
  const [team, user] = JSON.parse(id) as readonly [string, string];
  return `spend:team_member:${user}:${team}`;
}
