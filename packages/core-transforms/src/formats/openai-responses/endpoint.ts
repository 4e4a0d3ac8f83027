import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';

const RESPONSES_PATH = '/responses';

/** Where calls of the responses API go: the provider's base URL, and what its row says stands behind it. */
export function toEndpoint({ provider, apiBase, settings }: Plan): Endpoint {
  const { baseEnding = '', path = RESPONSES_PATH } = provider.responses ?? {};
  const given = apiBase ?? provider.baseUrl ?? '';
  const base = given.endsWith(baseEnding) ? given : given + baseEnding;
  const organization = settings.options['organization'];
  const headers = typeof organization === 'string' ? { 'openai-organization': organization } : {};
  return { url: base.endsWith(path) ? base : base + path, headers: { ...provider.headers, ...headers }, auth: provider.auth };
}
