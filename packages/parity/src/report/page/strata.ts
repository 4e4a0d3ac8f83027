import type { Stratum, Verdict } from '../../verdict/judge-gate.ts';
import { text, whole } from './html.ts';

/** Values of one dimension that are listed; those with mismatches or too few samples come first. */
const VALUES_MAX = 200;
const OPEN_MAX = 8;

/** Every dimension with its values, each as a bar of what its samples came to. */
export function renderStrata({ strata, gate }: Verdict): string {
  const dimensions = Map.groupBy(strata, ({ dimension }) => dimension);
  if (dimensions.size === 0) return '';
  const boxes = [...dimensions].map(([dimension, values]) => renderDimension(dimension, values, gate.stratum_min));
  return `<h3>Strata</h3><p class="hint">Each stratum needs ${gate.stratum_min} samples and no mismatch.</p><div class="strata">${boxes.join('')}</div>`;
}

function renderDimension(dimension: string, values: readonly Stratum[], fewest: number): string {
  const most = Math.max(...values.map(({ samples }) => samples));
  const sorted = values.toSorted((a, b) => URGENCY[standingOf(b, fewest)] - URGENCY[standingOf(a, fewest)] || b.samples - a.samples);
  const rows = sorted.slice(0, VALUES_MAX).map((stratum) => renderValue(stratum, most, fewest));
  const rest =
    rows.length > OPEN_MAX
      ? `<details><summary>${whole(values.length - OPEN_MAX)} more</summary>${rows.slice(OPEN_MAX).join('')}</details>`
      : '';
  return `<div class="dimension"><h4>${text(dimension)}</h4>${rows.slice(0, OPEN_MAX).join('')}${rest}</div>`;
}

/** What the reader should see first: mismatches, then values with too few samples. */
const URGENCY = { mismatched: 2, few: 1, enough: 0 } as const;

function standingOf({ mismatched, samples }: Stratum, fewest: number): keyof typeof URGENCY {
  if (mismatched > 0) return 'mismatched';
  return samples < fewest ? 'few' : 'enough';
}

function renderFlag(stratum: Stratum, fewest: number): string {
  switch (standingOf(stratum, fewest)) {
    case 'mismatched':
      return `<b class="flag fail">${whole(stratum.mismatched)} ✗</b>`;
    case 'few':
      return '<b class="flag few">few</b>';
    case 'enough':
      return '';
  }
}

function renderValue(stratum: Stratum, most: number, fewest: number): string {
  const { value, samples, matched, accepted, noise, mismatched } = stratum;
  const share = (count: number): string => `${((count / most) * 100).toFixed(2)}%`;
  const parts = (
    [
      ['matched', matched],
      ['accepted', accepted],
      ['noise', noise],
      ['mismatched', mismatched],
    ] as const
  ).filter(([, count]) => count > 0);
  const bar = parts.map(([name, count]) => `<i class="${name}" style="width:${share(count)}"></i>`).join('');
  const words = parts.map(([name, count]) => `${count} ${name}`).join(', ');
  return `<div class="stratum" title="${text(`${value}: ${words}`)}"><span class="name">${text(value)}</span><span class="bar">${bar}</span><span class="n">${whole(samples)}</span>${renderFlag(stratum, fewest)}</div>`;
}
