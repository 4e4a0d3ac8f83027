import type { Plan } from '../../contract/plan.ts';

/** The model as the reference names it to itself: provider and name. What a family of models takes is read off this name. */
function fullName(plan: Plan): string {
  return `${plan.provider.id}/${plan.model}`.toLowerCase();
}

/** Whether the model behind a provider is one of Anthropic's, which takes `thinking` as it is. */
export function isAnthropicModel(plan: Plan): boolean {
  const name = fullName(plan);
  return name.includes('anthropic') || name.includes('claude');
}

/** Whether `cache_control` means something to the model; for others it is left out, as providers refuse it. */
export function takesCacheControl(plan: Plan): boolean {
  return isAnthropicModel(plan) || fullName(plan).includes('gemini');
}
