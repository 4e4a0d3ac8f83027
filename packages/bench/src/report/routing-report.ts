import type { RoutingFigures } from '../measure/routing.ts';
import { compareSides } from './compare-sides.ts';
import { median } from './median.ts';

/** What routing may add to the CPU of a call. */
const RATIO_MAX = 1.05;

/** One table. */
export function reportRouting({ cpu, errors }: Omit<RoutingFigures, 'p99'>): { readonly text: string; readonly reached: boolean } {
  const { plain, routed } = cpu;
  const { text, reached } = compareSides(
    [{ title: 'routed / one plain deployment', ours: routed, base: plain, ratioMax: RATIO_MAX }],
    errors,
  );
  const base = `Plain ${median(plain).toFixed(1)} µs, routed ${median(routed).toFixed(1)} µs; ${plain.length} pairs, ${errors} errors.`;
  return { text: `${text}\n\n${base}`, reached };
}
