import { findNamedPrices, findPrices, withOwnPrices, type JsonObject, type ModelFacts, type ProviderRow } from '@stagegate/core-transforms';
import type { Deployment } from '../ports/index.ts';

/** Members that the reference takes for a row's own prices, whether or not they are enough to charge anything. */
const PRICE = /cost|uplift_multiplier|^(?:tiered|off_peak)_pricing$/u;

/**
 * The prices of a row's calls: those of `base_model` where it has one, because a deployment's name need not say what model it is.
 *
 * in: members of its `model_info` and `litellm_params`; the model that it names, and what is known of that.
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
  if (Object.keys(ownPrices(own)).length > 0) return { prices, pricesFrom: 'row' };
  return { prices, ...(based !== undefined && { pricesFrom: 'base-model' }) };
}

/** Those of a row's members that are prices, and not null. */
export function ownPrices(own: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(own).filter(([name, value]) => PRICE.test(name) && value !== null));
}
