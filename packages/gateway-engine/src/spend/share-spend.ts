import { createSumExchange, type SumExchange, type ToldSum } from '../counters/index.ts';
import type { Clock, Redis, SpendScope } from '../ports/index.ts';

/** Seconds that a sum is kept after it was last told, as in the reference: whoever misses one goes by the row. */
export const KEEP_SECONDS = '60';

/**
 * Adds to what owners have spent in all, and reads it. A sum that Redis has not begins at what is known of its row.
 *
 * KEYS: the sums. ARGV: seconds to live; then per sum what to add, where it begins, or nothing, and whether calls run for which some
 * of it is set aside: then it lives on. out: each as text, or nothing.
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

/** What somebody with a budget has spent, as instances tell each other. */
export interface SharedSpend extends ToldSum {
  readonly scope: SpendScope;
  readonly id: string;
  /** What is known of it here, without what is told now; undefined: nothing that may be told. */
  readonly known: (told: number) => number | undefined;
  /** What all have spent by what Redis says; undefined: it does not know. */
  readonly heard: (usd: number | undefined) => void;
}

/** Shares what owners have spent with other instances, and with a LiteLLM beside them, under its keys. */
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
 * The reference's name for what somebody has spent; of a window with when it began, as its sum would else go on when the next one begins.
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
