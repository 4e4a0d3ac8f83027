import * as v from 'valibot';
import type { Markup } from '../ports/index.ts';
import { Amount } from './value-schemas.ts';

const SHARE = 'a number from 0 to 1';
const MARGIN = 'a number from 0 to 10, or percentage and fixed_amount';

const Share = v.pipe(Amount, v.maxValue(1, SHARE));
const Margin = v.pipe(Amount, v.maxValue(10, MARGIN));

/** Members of `litellm_settings`: what callers are charged on top of providers' prices, by provider. */
export const COST_SETTINGS = {
  cost_discount_config: v.nullish(v.record(v.string(), Share, 'a mapping of providers and shares')),
  cost_margin_config: v.nullish(
    v.record(
      v.string(),
      v.union(
        [Margin, v.pipe(v.strictObject({ percentage: v.optional(Margin), fixed_amount: v.optional(Amount) }), v.check(isSaid, MARGIN))],
        MARGIN,
      ),
      'a mapping of providers and margins',
    ),
  ),
} as const;

function isSaid(margin: object): boolean {
  return Object.keys(margin).length > 0;
}

/** The same as a type. */
export interface ParsedCosts {
  readonly cost_discount_config?: Readonly<Record<string, number>> | null | undefined;
  readonly cost_margin_config?:
    | Readonly<Record<string, number | { readonly percentage?: number | undefined; readonly fixed_amount?: number | undefined }>>
    | null
    | undefined;
}

/** The name for all providers without a margin of their own. */
const EVERYBODY = 'global';

/** What is charged on top for calls to a provider; undefined: nothing. Source: LiteLLM 1.106.2, cost_calculator.py. */
export function toMarkup(
  { cost_discount_config: discounts, cost_margin_config: margins }: ParsedCosts,
  provider: string,
): Markup | undefined {
  const discount = ownOf(discounts, provider) ?? 0;
  const margin = ownOf(margins, provider) ?? ownOf(margins, EVERYBODY);
  if (discount === 0 && margin === undefined) return undefined;
  if (typeof margin !== 'object') return { discount, margin: margin ?? 0, fixedUsd: 0 };
  return { discount, margin: margin.percentage ?? 0, fixedUsd: margin.fixed_amount ?? 0 };
}

function ownOf<T>(mapping: Readonly<Record<string, T>> | null | undefined, name: string): T | undefined {
  return mapping !== null && mapping !== undefined && Object.hasOwn(mapping, name) ? mapping[name] : undefined;
}
