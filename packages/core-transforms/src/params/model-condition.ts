import type { Plan } from '../contract/plan.ts';
import type { ModelCondition } from '../providers/provider-row.ts';
import { readOption } from './read-option.ts';

/**
 * Whether a row's condition holds for the model of a call and for where it is called.
 *
 * in: the condition; undefined always holds.
 */
export function holdsFor(condition: ModelCondition | undefined, plan: Plan): boolean {
  if (condition === undefined) return true;
  const { name, supports, lacks, refuses, known, base, option, not } = condition;
  const { facts } = plan;
  if (name !== undefined && !name.test(modelToJudge(plan))) return false;
  if (supports !== undefined && facts?.supports.has(supports) !== true) return false;
  if (lacks !== undefined && facts?.supports.has(lacks) === true) return false;
  if (refuses !== undefined && facts?.denies.has(refuses) !== true) return false;
  if (known !== undefined && (facts !== undefined) !== known) return false;
  if (base !== undefined && !base.test(plan.apiBase ?? plan.provider.baseUrl ?? '')) return false;
  if (option !== undefined && !option.matches.test(readOption(plan, option.name) ?? '')) return false;
  return not === undefined || !holdsFor(not, plan);
}

/** The model behind a name that the operator may have chosen. */
function modelToJudge(plan: Plan): string {
  return (plan.provider.readsBaseModel === true ? readOption(plan, 'base_model') : undefined) ?? plan.model;
}
