import type { AbortFigures } from '../measure/aborts.ts';
import { renderTable } from './table.ts';

/** From the client gone to the provider let go of, in 99 of 100 calls. */
const DELAY_MS_MAX = 250;

/** One table; reached when no call was lost and every p99 is within the goal. */
export function reportAborts(figures: readonly AbortFigures[]): { readonly text: string; readonly reached: boolean } {
  const rows = figures.map(({ gateway, when, delay, lost }) => [gateway, when, delay.p50.toFixed(1), delay.p99.toFixed(1), String(lost)]);
  const reached = figures.every(({ delay, lost }) => lost === 0 && delay.p99 <= DELAY_MS_MAX);
  const table = renderTable(['gateway', 'client goes', 'p50 ms', 'p99 ms', 'lost'], rows);
  return { text: `${table}\n\nGoal: p99 ≤ ${DELAY_MS_MAX} ms, none lost: ${reached ? 'reached' : '**missed**'}.`, reached };
}
