import { lowerBound } from './lower-bound.ts';
import { median } from './median.ts';
import { renderTable } from './table.ts';

/** Two sides' CPU of one call, pair by pair, and how much of the other's the first may be. */
export interface Compared {
  readonly title: string;
  readonly ours: readonly number[];
  readonly base: readonly number[];
  readonly ratioMax: number;
}

/** One table; missed where the lower bound of a ratio's median is above its goal, or a call had an error. */
export function compareSides(compared: readonly Compared[], errors: number): { readonly text: string; readonly reached: boolean } {
  const judged = compared.map(({ title, ours, base, ratioMax }) => {
    const ratios = ours.map((figure, at) => figure / (base[at] ?? NaN));
    return { title, ratios, least: lowerBound(ratios), ratioMax };
  });
  const rows = judged.map(({ title, ratios, least, ratioMax }) => [
    title,
    median(ratios).toFixed(3),
    least.toFixed(3),
    `≤ ${ratioMax}`,
    least <= ratioMax ? 'reached' : '**missed**',
  ]);
  const text = renderTable(['CPU per call', 'median', 'lower bound', 'goal', ''], rows);
  return { text, reached: errors === 0 && judged.every(({ least, ratioMax }) => least <= ratioMax) };
}
