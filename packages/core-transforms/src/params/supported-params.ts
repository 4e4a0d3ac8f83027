import type { Plan } from '../contract/plan.ts';
import type { ParamRules } from '../providers/provider-row.ts';
import { holdsFor } from './model-condition.ts';

/**
 * The OpenAI parameters that a call's model takes, by its provider's row and what the facts say of it.
 *
 * cost: the row's conditions; each combination of those that hold has one set, made when it is first met.
 */
export function supportedParams(plan: Plan): ReadonlySet<string> {
  const { params } = plan.provider;
  const { adjust = [] } = params;
  let held = '';
  for (const [index, { when }] of adjust.entries()) {
    if (holdsFor(when, plan)) held += `${index},`;
  }
  const sets = setsOf(params);
  const known = sets.get(held);
  if (known !== undefined) return known;
  const fresh = makeSet(params, (index) => held.split(',').includes(String(index)));
  sets.set(held, fresh);
  return fresh;
}

function makeSet({ allow: base, adjust = [] }: ParamRules, holds: (index: number) => boolean): ReadonlySet<string> {
  let supported = new Set(base);
  for (const [index, { only, allow = [], refuse = [] }] of adjust.entries()) {
    if (!holds(index)) continue;
    if (only !== undefined) supported = new Set(only);
    for (const name of allow) supported.add(name);
    for (const name of refuse) supported.delete(name);
  }
  return supported;
}

/** By row, then by the places of the adjustments that hold. */
const SETS: WeakMap<ParamRules, Map<string, ReadonlySet<string>>> = new WeakMap();

function setsOf(rules: ParamRules): Map<string, ReadonlySet<string>> {
  const known = SETS.get(rules);
  if (known !== undefined) return known;
  const fresh = new Map<string, ReadonlySet<string>>();
  SETS.set(rules, fresh);
  return fresh;
}
