import type { Markup } from '../ports/index.ts';

/** What a caller is charged for what costs so much, USD. The discount first, then the margin on what is left; in the reference's order, to the last bit. */
export function withMarkup(usd: number, markup: Markup | undefined): number {
  if (markup === undefined) return usd;
  const { discount, margin, fixedUsd } = markup;
  const left = usd - usd * discount;
  return left + (left * margin + fixedUsd);
}
