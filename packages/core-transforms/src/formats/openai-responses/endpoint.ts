import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import type { Headers } from '../../contract/wire.ts';
import { toAddress } from '../../providers/address.ts';
import type { ResponsesRules } from '../../providers/provider-row.ts';

const RESPONSES_PATH = '/responses';

const NO_RULES: ResponsesRules = {};

/**
 * URL and headers for calls of the responses API: by the row's rules for this API, else by those for chat with another path.
 *
 * in: the rest of the path, for actions on a response; headers that a client adds.
 */
export function toEndpoint(plan: Plan, below = '', extra: Headers = {}): Endpoint {
  const { provider, settings } = plan;
  const { path = RESPONSES_PATH, urls, baseEnding, optionDefaults } = provider.responses ?? NO_RULES;
  const placed = {
    ...provider,
    ...(urls !== undefined && { urls }),
    ...(baseEnding !== undefined && { baseEnding }),
    ...(optionDefaults !== undefined && { optionDefaults }),
  };
  const organization = settings.options['organization'];
  const headers = typeof organization === 'string' ? { 'openai-organization': organization } : {};
  return { ...toAddress({ ...plan, provider: placed }, path + below), headers: { ...provider.headers, ...headers, ...extra } };
}
