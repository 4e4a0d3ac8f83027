import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/is-object.ts';

/** A step of a path: a member, one element, or every element. */
type PathStep = { readonly member: string } | { readonly element: number } | 'every';

/** Whether a name in `additional_drop_params` is a path into the request, not a parameter. */
export function isNestedPath(name: string): boolean {
  return name.includes('.') || name.includes('[');
}

/**
 * Removes the member that a path leads to.
 *
 * in:     `tools[*].function.strict`, `tools[0].cache_control`, `response_format.json_schema.strict`.
 * out:    the same object where the path leads to nothing. Elements of a list are never removed, only members in them.
 * source: LiteLLM 1.106.2, litellm_core_utils/dot_notation_indexing.py, read 2026-11-23.
 */
export function dropPath(object: JsonObject, path: string): JsonObject {
  const steps = (path.match(/[^.[]+|\[[^\]]*\]/gu) ?? []).map(toStep);
  const dropped = dropIn(object, steps);
  return isObject(dropped) ? dropped : object;
}

function toStep(text: string): PathStep {
  if (text === '[*]') return 'every';
  if (text.startsWith('[')) return { element: /^\[\d+\]$/u.test(text) ? Number(text.slice(1, -1)) : -1 };
  return { member: text };
}

function dropIn(value: JsonValue, [step, ...rest]: readonly PathStep[]): JsonValue {
  if (step === undefined) return value;
  if (step === 'every' || 'element' in step) {
    if (!Array.isArray(value) || rest.length === 0) return value;
    const list: readonly JsonValue[] = value;
    const changed = list.map((item, index) => (step === 'every' || step.element === index ? dropIn(item, rest) : item));
    return changed.every((item, index) => item === list[index]) ? value : changed;
  }
  if (!isObject(value) || !Object.hasOwn(value, step.member)) return value;
  const { [step.member]: inner = null, ...others } = value;
  if (rest.length === 0) return others;
  const changed = dropIn(inner, rest);
  return changed === inner ? value : { ...value, [step.member]: changed };
}
