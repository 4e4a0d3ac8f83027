import type { Markup } from '../ports/index.ts';

/**
 * What a caller is charged for a given cost, USD: less the discount, then plus the margin on what is left. In the reference's order, to the
 * last bit.
 */
export function withMarkup(usd: number, markup: Markup | undefined): number {
  if (markup === undefined) return usd;
  const { discount, margin, fixedUsd } = markup;
  const left = usd - usd * discount;
  return left + (left * margin + fixedUsd);
}
