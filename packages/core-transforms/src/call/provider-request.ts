import type { Plan } from '../contract/plan.ts';
import type { Endpoint } from '../contract/provider-format.ts';
import type { ProviderRequest } from '../contract/wire.ts';

/** An endpoint and a JSON body as one request. The deployment's `extra_headers` win over the format's own. */
export function toProviderRequest(endpoint: Endpoint, body: string | Uint8Array, plan: Plan): ProviderRequest {
  const headers = { 'content-type': 'application/json', ...endpoint.headers, ...plan.settings.extraHeaders, ...endpoint.merged };
  return { method: 'POST', url: endpoint.url, headers, auth: endpoint.auth, body };
}
