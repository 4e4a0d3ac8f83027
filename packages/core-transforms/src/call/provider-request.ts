import type { Plan } from '../contract/plan.ts';
import type { Endpoint } from '../contract/provider-format.ts';
import type { Headers, ProviderRequest } from '../contract/wire.ts';
import { perPlan } from '../params/per-plan.ts';

/** An endpoint and a JSON body as one request. The deployment's `extra_headers` win over the format's own. */
export function toProviderRequest(endpoint: Endpoint, body: string | Uint8Array, plan: Plan): ProviderRequest {
  return { method: 'POST', url: endpoint.url, headers: endpoint.whole ?? headersOf(endpoint, plan), auth: endpoint.auth, body };
}

/** Makes an endpoint once per plan, for calls that add nothing to it themselves: the very same object, down to its headers. */
export function endpointPerPlan(find: (plan: Plan) => Endpoint): (plan: Plan) => Endpoint {
  return perPlan((plan) => {
    const endpoint = find(plan);
    return { ...endpoint, whole: headersOf(endpoint, plan) };
  });
}

function headersOf({ headers, merged }: Endpoint, { settings }: Plan): Headers {
  return { 'content-type': 'application/json', ...headers, ...settings.extraHeaders, ...merged };
}
