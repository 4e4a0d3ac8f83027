import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { MemberEdit } from './edit-members.ts';
import { isObject } from './is-object.ts';

/** What has to be edited in one object to get the other; equal values keep their text. */
export function editsBetween(from: JsonObject, to: JsonObject): readonly MemberEdit[] {
  const edits: MemberEdit[] = [];
  for (const name of Object.keys(from)) if (to[name] === undefined) edits.push({ name, remove: true });
  for (const [name, value] of Object.entries(to)) {
    if (value !== undefined && !isSame(from[name], value)) edits.push({ name, set: value });
  }
  return edits;
}

/** Whether two values say the same; a transform may give back equal copies of what it did not change. */
function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    const others: readonly JsonValue[] = right;
    return left.length === others.length && left.every((item: JsonValue, index) => isSame(item, others[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]));
}
