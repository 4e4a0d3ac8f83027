import type { JsonObject, JsonValue } from '../contract/json.ts';
import { fail, ok, type Note, type Outcome } from '../contract/outcome.ts';
import type { Plan } from '../contract/plan.ts';
import { isObject } from '../json/is-object.ts';
import type { ParamValueRule } from '../providers/provider-row.ts';
import { holdsFor } from './model-condition.ts';
import { perPlan } from './per-plan.ts';

/**
 * Applies a row's rules for values: for each parameter the first one that holds.
 *
 * in:     parameters that the model takes.
 * errors: `unsupported-params` for a value that the model refuses, unless such values are dropped.
 */
export function applyValueRules(params: JsonObject, plan: Plan, dropParams: boolean): Outcome<JsonObject> {
  const rules = rulesFor(plan);
  if (!concernsAny(rules, params)) return ok(params);
  const done = new Set<string>();
  const notes: Note[] = [];
  let current = params;
  for (const rule of rules) {
    const value = current[rule.param];
    if (!isPresent(value) || done.has(rule.param)) continue;
    done.add(rule.param);
    const { [rule.param]: _old, ...others } = current;
    const refusal = refusalOf(rule, value);
    if (refusal !== undefined) {
      if (!dropParams) return refuse(rule, refusal, value, plan);
      notes.push({ path: rule.param, action: 'dropped', reason: 'the model does not take this value' });
      current = others;
    } else if (rule.as !== undefined) {
      notes.push({ path: rule.param, action: 'renamed', reason: `the model takes ${rule.as}` });
      current = { [rule.as]: value, ...others };
    } else {
      const next = changeValue(rule, value);
      if (next === value) continue;
      notes.push({ path: rule.param, action: 'coerced', reason: 'the provider writes it so' });
      current = { ...current, [rule.param]: next };
    }
  }
  return ok(current, notes);
}

function concernsAny(rules: readonly ParamValueRule[], params: JsonObject): boolean {
  for (const { param } of rules) if (isPresent(params[param])) return true;
  return false;
}

/** The rules for values that hold for a plan's model. */
export const rulesFor: (plan: Plan) => readonly ParamValueRule[] = perPlan((plan) =>
  (plan.provider.params.values ?? []).filter(({ when }) => holdsFor(when, plan)),
);

function isPresent(value: JsonValue | undefined): value is Exclude<JsonValue, null> {
  return value !== undefined && value !== null;
}

/** Why a value is refused; undefined for one that the model takes. */
function refusalOf({ only, except }: ParamValueRule, value: JsonValue): string | undefined {
  if (only !== undefined && !only.values.includes(value)) return only.message;
  return except !== undefined && except.values?.includes(value) !== false ? except.message : undefined;
}

function changeValue(rule: ParamValueRule, value: JsonValue): JsonValue {
  if (rule.replace !== undefined && typeof value === 'string') return rule.replace[value] ?? value;
  if (rule.clamp !== undefined && typeof value === 'number') {
    return Math.min(Math.max(value, rule.clamp.min ?? -Infinity), rule.clamp.max ?? Infinity);
  }
  if (rule.pick !== undefined && isObject(value)) {
    const { pick } = rule;
    const kept = Object.entries(value).filter(([name]) => pick.includes(name));
    return kept.length === Object.keys(value).length ? value : Object.fromEntries(kept);
  }
  return value;
}

function refuse({ param }: ParamValueRule, message: string, value: JsonValue, plan: Plan): Outcome<JsonObject> {
  const words = message.replaceAll('{model}', plan.model).replaceAll('{value}', String(value));
  return fail({ kind: 'unsupported-params', provider: plan.provider.id, model: plan.model, params: [param], message: words });
}
