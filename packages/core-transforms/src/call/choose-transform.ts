import type { CallTransform } from '../contract/call-transform.ts';
import { fail, type Outcome } from '../contract/outcome.ts';
import type { Plan } from '../contract/plan.ts';

/** Picks the crossing from the client's dialect to the provider's format. */
export function chooseTransform(plan: Plan): Outcome<CallTransform> {
  return fail({ kind: 'declined', path: '', reason: `no crossing from ${plan.dialect} to ${plan.provider.format}` });
}
