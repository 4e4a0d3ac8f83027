import { findNamedPrices, findPrices, withOwnPrices, type JsonObject, type ModelFacts, type ProviderRow } from '@stagegate/core-transforms';
import type { Deployment } from '../ports/index.ts';

/** What the reference takes for a price of a row's own, whether or not anything can be charged by it alone. */
const PRICE = /cost|uplift_multiplier|^(?:tiered|off_peak)_pricing$/u;

/**
 * What a row's calls cost: by `base_model` where it names one, for what a deployment is called need not say what it is.
 *
 * in: members of its `model_info` and `litellm_params`; what it names, and what is known of that.
 */
export function toDeploymentPrices(
  own: JsonObject,
  { id }: ProviderRow,
  model: string,
  facts: ModelFacts | undefined,
): Pick<Deployment, 'prices' | 'pricesFrom'> {
  const base = own['base_model'];
  const based = typeof base === 'string' && base !== '' ? findNamedPrices(id, base)?.prices : undefined;
  const prices = withOwnPrices(based ?? findPrices(id, model, facts), own);
  if (prices === undefined) return {};
  if (Object.keys(own).some((name) => PRICE.test(name) && (own[name] ?? null) !== null)) return { prices, pricesFrom: 'row' };
  return { prices, ...(based !== undefined && { pricesFrom: 'base-model' }) };
}
