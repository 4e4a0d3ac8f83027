import type { Plan } from '../../contract/plan.ts';
import { perPlan } from '../../params/per-plan.ts';

/** What a family of models takes is read off the name that the reference gives the model: provider and name. */
const familyOf = perPlan(({ provider, model }) => {
  const name = `${provider.id}/${model}`.toLowerCase();
  return { isAnthropic: name.includes('anthropic') || name.includes('claude'), isGemini: name.includes('gemini') };
});

/** Whether the model behind a provider is one of Anthropic's, which takes `thinking` as it is. */
export function isAnthropicModel(plan: Plan): boolean {
  return familyOf(plan).isAnthropic;
}

/** Whether `cache_control` means something to the model; for others it is left out, as providers refuse it. */
export function takesCacheControl(plan: Plan): boolean {
  const { isAnthropic, isGemini } = familyOf(plan);
  return isAnthropic || isGemini;
}
