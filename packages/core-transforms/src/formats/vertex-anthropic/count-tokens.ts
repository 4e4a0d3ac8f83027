import type { CallTransform } from '../../contract/call-transform.ts';
import { ok } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { toProviderRequest } from '../../call/provider-request.ts';
import { readOption } from '../../params/read-option.ts';
import { toCountBody } from '../anthropic-count-tokens/count-request.ts';
import { countTokensAt } from '../anthropic-count-tokens/count-tokens.ts';
import { vertexHost, vertexProject } from './vertex-url.ts';

/** The default location for counting tokens, which few locations offer. */
const LOCATION_DEFAULT = 'us-east5';

/**
 * Token counts for Anthropic's models on Vertex AI, by a method that is common to all models.
 *
 * source: LiteLLM 1.106.2, vertex_ai_partner_models/count_tokens/handler.py, read 2026-11-27: an answer without a count is a count of 0.
 */
export const vertexCountTokens: CallTransform = countTokensAt({
  request: (call, plan) => {
    // The method does not accept versions of models.
    const body = toCountBody(call.body, { ...plan, model: plan.model.split('@', 1)[0] ?? plan.model });
    return body.ok ? ok(toProviderRequest({ url: toUrl(plan), headers: {}, auth: plan.provider.auth }, body.value, plan)) : body;
  },
  read: ({ input_tokens: count }) => ({ input_tokens: typeof count === 'number' ? count : 0, litellm_count_source: 'provider' }),
});

function toUrl(plan: Plan): string {
  const names = ['vertex_count_tokens_location', 'vertex_location', 'vertex_ai_location', 'default_location'];
  const location = names.map((name) => readOption(plan, name)).find((value) => value !== undefined && value !== '') ?? LOCATION_DEFAULT;
  const path = `/v1/projects/${vertexProject(plan)}/locations/${location}/publishers/anthropic/models/count-tokens:rawPredict`;
  return (plan.apiBase ?? vertexHost(location)) + path;
}
