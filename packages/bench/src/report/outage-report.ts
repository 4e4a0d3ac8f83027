import type { OutageFigures } from '../measure/outage.ts';
import { renderTable } from './table.ts';

/** Calls to providers, of the calls of clients, at most, and so many a second on top. */
const RATIO_MAX = 1.2;
const PER_SECOND_MAX = 10;
const ANSWERED_MIN = 0.99;

/** One table; reached when no gateway asked more than the budget allows, and all answer again. */
export function reportOutage(figures: readonly OutageFigures[]): { readonly text: string; readonly reached: boolean } {
  const judged = figures.map((one) => ({ ...one, bound: RATIO_MAX * one.calls + PER_SECOND_MAX * one.downSeconds }));
  const reached = judged.every(({ asked, bound, answeredRatio, lost }) => asked <= bound && answeredRatio >= ANSWERED_MIN && lost === 0);
  const rows = judged.map(({ gateway, calls, asked, bound, answeredRatio, lost }) => [
    gateway,
    String(calls),
    String(asked),
    `≤ ${bound.toFixed(0)}`,
    `${(answeredRatio * 100).toFixed(2)} %`,
    `≥ ${ANSWERED_MIN * 100} %`,
    String(lost),
  ]);
  const table = renderTable(['gateway', 'calls while down', 'to providers', 'at most', 'answered 5 s later', 'at least', 'lost'], rows);
  return { text: `${table}\n\nGoals: ${reached ? 'reached' : '**missed**'}.`, reached };
}
