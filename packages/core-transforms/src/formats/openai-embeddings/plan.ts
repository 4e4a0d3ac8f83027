import type { Plan } from '../../contract/plan.ts';
import { holdsFor } from '../../params/model-condition.ts';
import { perPlan } from '../../params/per-plan.ts';
import { EMBEDDINGS_PARAMS } from '../../providers/common-params.ts';
import type { EmbeddingsRules, ParamRules } from '../../providers/provider-row.ts';

const ALL: ParamRules = { allow: EMBEDDINGS_PARAMS };
const NO_RULES: EmbeddingsRules = {};

/** The row's rules for embeddings, for the plan's model. */
export function embeddingsRules({ provider }: Plan): EmbeddingsRules {
  return provider.embeddings ?? NO_RULES;
}

/**
 * The plan for an embeddings call, with the row's rules for embeddings in place of those for chat. As in the reference, the message of an
 * error is the provider's whole body, whatever it is on chat.
 */
export const toEmbeddingsPlan: (plan: Plan) => Plan = perPlan((plan) => {
  const { provider } = plan;
  const { byModel = [], ...general } = provider.embeddings ?? NO_RULES;
  const embeddings: EmbeddingsRules = { ...general, ...byModel.find(({ when }) => holdsFor(when, plan)) };
  const {
    params = ALL,
    baseUrl = provider.baseUrl,
    urls = provider.urls,
    errors = { ...provider.errors, shows: 'whole-body' },
  } = embeddings;
  return { ...plan, provider: { ...provider, embeddings, params, baseUrl, errors, ...(urls !== undefined && { urls }) } };
});
