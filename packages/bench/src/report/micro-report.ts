import type { PairFigures } from '../micro/compare.ts';
import type { Growth } from '../micro/growth.ts';
import type { Pair } from '../micro/pairs.ts';
import { median } from './median.ts';
import { renderTable } from './table.ts';

/** One table of ratios, and one of growth where that was measured; reached when every ratio is within its goal. */
export function reportMicro(
  pairs: readonly Pick<Pair, 'id' | 'title' | 'ratioMax'>[],
  figures: readonly PairFigures[],
  growth: readonly Growth[],
): { readonly text: string; readonly reached: boolean } {
  const measured = pairs.map((pair) => ({ ...pair, figures: figures.filter(({ id }) => id === pair.id) }));
  const judged = measured.map((pair) => ({ ...pair, ratio: median(pair.figures.map(({ ratio }) => ratio)) }));
  const rows = judged.map(({ title, ratioMax, ratio, figures: own }) => [
    title,
    nanoseconds(own.map(({ yardstickNs }) => yardstickNs)),
    nanoseconds(own.map(({ oursNs }) => oursNs)),
    `${ratio.toFixed(2)} ×`,
    `≤ ${ratioMax} ×`,
    ratio <= ratioMax ? 'reached' : '**missed**',
    own.map((one) => one.ratio.toFixed(2)).join(', '),
  ]);
  const table = renderTable(['what', 'JSON ns', 'ours ns', 'ratio', 'at most', '', 'each repetition'], rows);
  const grown = growth.map(({ title, times, growthMax }) => [
    title,
    times.map((ratio) => `${ratio.toFixed(1)} ×`).join(', '),
    `≤ ${growthMax} ×`,
    isWithin(times, growthMax) ? 'reached' : '**missed**',
  ]);
  const reached = judged.every(({ ratio, ratioMax }) => ratio <= ratioMax) && growth.every((one) => isWithin(one.times, one.growthMax));
  if (growth.length === 0) return { text: table, reached };
  return { text: `${table}\n\n${renderTable(['what grows', 'time at ×1, ×4, ×16', 'at most', ''], grown)}`, reached };
}

function isWithin(times: readonly number[], growthMax: number): boolean {
  const last = times.at(-1);
  return last !== undefined && last <= growthMax;
}

function nanoseconds(figures: readonly number[]): string {
  return median(figures).toFixed(0);
}
