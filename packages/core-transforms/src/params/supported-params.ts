import type { Plan } from '../contract/plan.ts';
import { holdsFor } from './model-condition.ts';
import { perPlan } from './per-plan.ts';

/**
 * The OpenAI parameters that a call's model takes, by its provider's row and its facts.
 *
 * cost: that of perPlan.
 */
export const supportedParams: (plan: Plan) => ReadonlySet<string> = perPlan(findSupported);

function findSupported(plan: Plan): ReadonlySet<string> {
  const { allow: base, adjust = [] } = plan.provider.params;
  let supported = new Set(base);
  for (const { when, only, allow = [], refuse = [] } of adjust) {
    if (!holdsFor(when, plan)) continue;
    if (only !== undefined) supported = new Set(only);
    for (const name of allow) supported.add(name);
    for (const name of refuse) supported.delete(name);
  }
  return supported;
}
