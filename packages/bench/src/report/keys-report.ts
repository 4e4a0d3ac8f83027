import type { KeysFigures } from '../measure/keys.ts';
import { lowerBound } from './lower-bound.ts';
import { median } from './median.ts';
import { renderTable } from './table.ts';

/** A virtual key's CPU time, of the master key's; and with many keys in the database, of the same with ten. */
const KEY_RATIO_MAX = 1.15;
const MANY_RATIO_MAX = 1.05;

/** One table; missed where the lower bound of a ratio is above its goal, or a call had an error. */
export function reportKeys({ master, key, keyOfMany, errors }: KeysFigures): { readonly text: string; readonly reached: boolean } {
  const compared = [
    { title: 'virtual key / master key', ratios: ratiosOf(key, master), max: KEY_RATIO_MAX },
    { title: 'many keys / ten keys', ratios: ratiosOf(keyOfMany, key), max: MANY_RATIO_MAX },
  ];
  const rows = compared.map(({ title, ratios, max }) => {
    const least = lowerBound(ratios);
    return [title, median(ratios).toFixed(3), least.toFixed(3), `≤ ${max}`, least <= max ? 'reached' : '**missed**'];
  });
  const reached = errors === 0 && compared.every(({ ratios, max }) => lowerBound(ratios) <= max);
  const table = renderTable(['CPU per call', 'median', 'lower bound', 'goal', ''], rows);
  const base = `Master key ${median(master).toFixed(1)} µs, virtual key ${median(key).toFixed(1)} µs; ${master.length} pairs, ${errors} errors.`;
  return { text: `${table}\n\n${base}`, reached };
}

function ratiosOf(ours: readonly number[], base: readonly number[]): readonly number[] {
  return ours.map((figure, at) => figure / (base[at] ?? NaN));
}
