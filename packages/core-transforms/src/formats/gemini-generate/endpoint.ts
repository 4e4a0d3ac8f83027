import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import type { Headers } from '../../contract/wire.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { isNewGeneration } from '../../providers/gemini-rules.ts';
import { clientApiHeaders } from '../bedrock-converse/endpoint.ts';
import { vertexUrl } from '../vertex-anthropic/vertex-url.ts';

/**
 * Where a body goes: AI Studio's address of the model, or the cloud's under project and location.
 *
 * source: LiteLLM 1.106.2, vertex_ai/common_utils.py `get_gemini_url` and vertex_llm_base.py `_check_custom_proxy`, read 2026-11-26.
 */
export function generateEndpoint(plan: Plan, _body: JsonObject, clientHeaders: Headers, chat: JsonObject): Endpoint {
  const { provider } = plan;
  const method = plan.stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  const isCloud = provider.generate?.cloud === true;
  return {
    url: isCloud ? vertexUrl(plan, 'google', method) : `${studioBase(plan)}/models/${plan.model}:${method}`,
    headers: { ...provider.headers, ...(isCloud && clientApiHeaders(clientHeaders)), ...readExtraHeaders(chat) },
    auth: provider.auth,
  };
}

function studioBase({ apiBase, provider, model }: Plan): string {
  return apiBase ?? `${provider.baseUrl ?? ''}/${isNewGeneration(model) ? 'v1alpha' : 'v1beta'}`;
}
