import type { Plan } from '../../contract/plan.ts';
import { perPlan } from '../../params/per-plan.ts';

/** What a model family accepts is derived, as in the reference, from provider and model name. */
const familyOf = perPlan(({ provider, model }) => {
  const name = `${provider.id}/${model}`.toLowerCase();
  return { isAnthropic: name.includes('anthropic') || name.includes('claude'), isGemini: name.includes('gemini') };
});

/** Whether the provider's model is one of Anthropic's, which accept `thinking` unchanged. */
export function isAnthropicModel(plan: Plan): boolean {
  return familyOf(plan).isAnthropic;
}

/** Whether the model supports `cache_control`. For others it is left out, as their providers refuse it. */
export function takesCacheControl(plan: Plan): boolean {
  const { isAnthropic, isGemini } = familyOf(plan);
  return isAnthropic || isGemini;
}
