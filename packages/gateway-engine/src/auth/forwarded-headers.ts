import type { Headers } from '@stagegate/core-transforms';
import type { GatewayConfig, RawCall } from '../ports/index.ts';
import { findKeyHeaders } from './check-key.ts';
import { isListedModel } from './model-access.ts';
import type { ModelNames } from './model-names.ts';

/** Client headers that may be forwarded: extension headers (`x-…`) and Anthropic's betas. */
const FORWARDED = /^(?:x-|anthropic-beta)/u;
/** Of those, never the headers of a client's SDK, nor Amazon's, which a signature would have to cover. */
const OWN = /^x-(?:stainless|amz-)/u;

/**
 * The client's headers that are forwarded to the provider, where the configuration asks for it. Never one that a key may come in.
 *
 * in:     the model as the router knows it.
 * out:    undefined where nothing is forwarded. Headers that the gateway sets itself win over these.
 * cost:   nothing where no configuration asks for it.
 * source: LiteLLM 1.106.2, proxy/litellm_pre_call_utils.py `add_headers_to_llm_call`, `clean_headers`.
 */
export function forwardedHeaders(
  { forwardsHeadersOf, keyHeaderName }: Pick<GatewayConfig, 'forwardsHeadersOf' | 'keyHeaderName'>,
  names: ModelNames,
  raw: Pick<RawCall, 'header' | 'headerNames'>,
  model: string | undefined,
): Headers | undefined {
  if (forwardsHeadersOf === undefined || model === undefined) return undefined;
  if (forwardsHeadersOf !== 'all' && !isListedModel(forwardsHeadersOf, model, names)) return undefined;
  const keys = findKeyHeaders(keyHeaderName);
  const forwarded: Record<string, string> = {};
  for (const name of raw.headerNames()) {
    const value = FORWARDED.test(name) && !OWN.test(name) && !keys.has(name) ? raw.header(name) : undefined;
    if (value !== undefined) forwarded[name] = value;
  }
  return forwarded;
}
