import type { Plan } from '../contract/plan.ts';
import type { ParamRules } from '../providers/provider-row.ts';
import { holdsFor } from './model-condition.ts';

/**
 * The OpenAI parameters that a call's model takes, by its provider's row and what the facts say of it.
 *
 * cost: one look-up; the set is made once per plan, and a row without adjustments shares one.
 */
export function supportedParams(plan: Plan): ReadonlySet<string> {
  const known = PLAN_SETS.get(plan);
  if (known !== undefined) return known;
  const fresh = findSupported(plan);
  PLAN_SETS.set(plan, fresh);
  return fresh;
}

const PLAN_SETS: WeakMap<Plan, ReadonlySet<string>> = new WeakMap();

function findSupported(plan: Plan): ReadonlySet<string> {
  const { params } = plan.provider;
  const adjustments = (params.adjust ?? []).filter(({ when }) => holdsFor(when, plan));
  const base = baseSet(params);
  if (adjustments.length === 0) return base;
  let supported = new Set(base);
  for (const { only, allow = [], refuse = [] } of adjustments) {
    if (only !== undefined) supported = new Set(only);
    for (const name of allow) supported.add(name);
    for (const name of refuse) supported.delete(name);
  }
  return supported;
}

const BASE_SETS: WeakMap<ParamRules, ReadonlySet<string>> = new WeakMap();

function baseSet(rules: ParamRules): ReadonlySet<string> {
  const known = BASE_SETS.get(rules);
  if (known !== undefined) return known;
  const fresh = new Set(rules.allow);
  BASE_SETS.set(rules, fresh);
  return fresh;
}
