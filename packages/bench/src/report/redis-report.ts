import type { RedisFigures } from '../measure/redis.ts';
import { median } from './median.ts';
import { renderTable } from './table.ts';

/** What a Redis that is away may add to the time that 99 of 100 calls take at most, in milliseconds. */
const ADDED_MS_MAX = 1;

/** One table; reached when the median of the pairs is within the goal and no call had an error. */
export function reportRedis({ p99, errors }: Omit<RedisFigures, 'cpu'>): { readonly text: string; readonly reached: boolean } {
  const { without, silent } = p99;
  const added = silent.map((ms, pair) => ms - (without[pair] ?? NaN));
  const reached = errors === 0 && median(added) <= ADDED_MS_MAX;
  const row = [median(without), median(silent), median(added)].map((ms) => ms.toFixed(2));
  const each = added.map((ms) => ms.toFixed(2)).join(', ');
  const table = renderTable(['p99 ms without Redis', 'with one that is silent', 'added ms', 'each pair'], [[...row, each]]);
  return { text: `${table}\n\nGoal: ≤ ${ADDED_MS_MAX} ms added: ${reached ? 'reached' : '**missed**'}. Errors: ${errors}.`, reached };
}
