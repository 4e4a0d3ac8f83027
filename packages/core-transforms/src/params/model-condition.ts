import type { Plan } from '../contract/plan.ts';
import type { ModelCondition } from '../providers/provider-row.ts';

/**
 * Whether a row's condition holds for the model of a call.
 *
 * in:  the condition; undefined always holds.
 */
export function holdsFor(condition: ModelCondition | undefined, plan: Plan): boolean {
  if (condition === undefined) return true;
  const { name, supports, lacks, refuses, known, not } = condition;
  const { facts } = plan;
  if (name !== undefined && !name.test(plan.model)) return false;
  if (supports !== undefined && facts?.supports.has(supports) !== true) return false;
  if (lacks !== undefined && facts?.supports.has(lacks) === true) return false;
  if (refuses !== undefined && facts?.denies.has(refuses) !== true) return false;
  if (known !== undefined && (facts !== undefined) !== known) return false;
  return not === undefined || !holdsFor(not, plan);
}
