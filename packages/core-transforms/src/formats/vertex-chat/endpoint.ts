import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { hasOwnAddress, partnerLocation } from '../../providers/vertex-partners.ts';
import { vertexHost, vertexLocation, vertexProject, vertexUrl } from '../vertex-anthropic/vertex-url.ts';

/** Models deployed from Google Cloud's Model Garden, and those that their makers serve from there. */
const GARDEN = /^(?:openai\/(?!gpt-oss-)|xai\/)/u;

/**
 * URL and headers for a chat with a partner's model: the model's own URL, that of its deployment, or the common one.
 *
 * source: LiteLLM 1.106.2, vertex_llm_base.py `create_vertex_url` and vertex_model_garden/main.py, read 2026-11-26.
 */
export function partnerEndpoint(plan: Plan, chat: JsonObject): Endpoint {
  return { url: toUrl(plan), headers: { ...plan.provider.headers, ...readExtraHeaders(chat) }, auth: plan.provider.auth };
}

/** The body's `model`; empty if the URL names the model. */
export function partnerModel({ model }: Plan): string {
  if (hasOwnAddress(model)) return model.split('@')[0] ?? model;
  if (!GARDEN.test(model)) return model;
  const named = model.replace(/^openai\//u, '');
  return named.includes('/') ? named : '';
}

function toUrl(plan: Plan): string {
  const { model, apiBase } = plan;
  if (hasOwnAddress(model))
    return vertexUrl(plan, `publishers/mistralai/models/${model}`, plan.stream ? 'streamRawPredict?alt=sse' : 'rawPredict');
  const location = partnerLocation(model, vertexLocation(plan));
  const place = `projects/${vertexProject(plan)}/locations/${location}/endpoints`;
  if (!GARDEN.test(model)) return `${apiBase ?? vertexHost(location)}/v1/${place}/openapi/chat/completions`;
  if (apiBase !== undefined) return `${apiBase}/chat/completions`;
  const own = partnerModel(plan) === '';
  return `${vertexHost(location)}/${own ? `v1beta1/${place}/${model.replace(/^openai\//u, '')}` : `v1/${place}/openapi`}/chat/completions`;
}
