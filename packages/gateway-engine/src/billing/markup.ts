import type { Markup } from '../ports/index.ts';

/** What a cost comes to for a caller. USD. */
export interface Charge {
  /** What is charged. */
  readonly usd: number;
  /** The cost itself, before anything is taken off or added. */
  readonly originalUsd: number;
  readonly discountUsd: number;
  readonly marginUsd: number;
  /** The margin as a part of what is left after the discount. */
  readonly margin: number;
}

/**
 * Applies the operator's discount and margin to a cost: the discount first, then the margin on what is left. In the reference's order, to the
 * last bit.
 */
export function toCharge(usd: number, markup: Markup | undefined): Charge {
  if (markup === undefined) return { usd, originalUsd: usd, discountUsd: 0, marginUsd: 0, margin: 0 };
  const { discount, margin, fixedUsd } = markup;
  const discountUsd = usd * discount;
  const left = usd - discountUsd;
  const marginUsd = left * margin + fixedUsd;
  return { usd: left + marginUsd, originalUsd: usd, discountUsd, marginUsd, margin };
}

/** What a caller is charged for a given cost, USD. */
export function withMarkup(usd: number, markup: Markup | undefined): number {
  return toCharge(usd, markup).usd;
}
