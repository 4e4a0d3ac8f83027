import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import type { Headers } from '../../contract/wire.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { isNewGeneration } from '../../providers/gemini-rules.ts';
import { clientApiHeaders } from '../bedrock-converse/endpoint.ts';
import { vertexLocation, vertexProject, vertexUrl } from '../vertex-anthropic/vertex-url.ts';

/**
 * URL and headers for a body: AI Studio's URL of the model, or Vertex AI's below project and location.
 *
 * source: LiteLLM 1.106.2, vertex_ai/common_utils.py `get_gemini_url` and vertex_llm_base.py `_check_custom_proxy`, read 2026-11-26.
 */
export function generateEndpoint(plan: Plan, _body: JsonObject, clientHeaders: Headers, chat: JsonObject): Endpoint {
  const { provider } = plan;
  const method = plan.stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  const isCloud = provider.generate?.cloud === true;
  return {
    url: isCloud ? cloudUrl(plan, method) : `${studioBase(plan)}/models/${plan.model}:${method}`,
    headers: { ...provider.headers, ...(isCloud && clientApiHeaders(clientHeaders)), ...readExtraHeaders(chat) },
    auth: provider.auth,
  };
}

/** Vertex AI's URL. With `use_psc_endpoint_format` the base is a private endpoint, which gets the whole path of a deployed model. */
function cloudUrl(plan: Plan, method: string): string {
  const { apiBase, model, settings } = plan;
  if (apiBase === undefined || settings.defaults['use_psc_endpoint_format'] !== true) return vertexUrl(plan, cloudResource(model), method);
  const endpoint = model.replace(/^gemini\//u, '');
  const base = apiBase.replace(/\/+$/u, '');
  return `${base}/v1/projects/${vertexProject(plan)}/locations/${vertexLocation(plan)}/endpoints/${endpoint}:${method}`;
}

/** The model's path. A number is the endpoint of a tuned model; the prefix `gemini/` only says that the model speaks this format. */
function cloudResource(model: string): string {
  const name = model.includes('gemini/') ? model.slice(model.lastIndexOf('/') + 1) : model;
  return /^\d+$/u.test(name) ? `endpoints/${name}` : `publishers/google/models/${name}`;
}

function studioBase({ apiBase, provider, model }: Plan): string {
  return apiBase ?? `${provider.baseUrl ?? ''}/${isNewGeneration(model) ? 'v1alpha' : 'v1beta'}`;
}
