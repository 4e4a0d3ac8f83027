import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { isObject } from '../../../json/is-object.ts';

/** The object without these members; the same object when it has none of them. */
export function without(object: JsonObject, names: readonly string[]): JsonObject {
  if (!names.some((name) => name in object)) return object;
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** The object with these members alone. */
export function only(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}

/** A list's objects, each passed through `edit`; what is no object stays. Anything but a list stays as it is. */
export function mapObjects(list: JsonValue | undefined, edit: (item: JsonObject) => JsonValue): JsonValue | undefined {
  if (!Array.isArray(list)) return list;
  return list.map((item: JsonValue) => (isObject(item) ? edit(item) : item));
}

/** The body with one list member's objects edited; a body without that member stays as it is. */
export function withList(body: JsonObject, name: string, edit: (item: JsonObject) => JsonObject): JsonObject {
  const list = mapObjects(body[name], edit);
  return list === undefined ? body : { ...body, [name]: list };
}

/** The objects in a list member; empty when it is no list. */
export function objectsOf(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** A copy without the members that `drop` picks, at any depth. */
export function withoutDeep(value: JsonValue, drop: (name: string, value: JsonValue) => boolean): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutDeep(item, drop));
  if (!isObject(value)) return value;
  const kept: [string, JsonValue][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined && !drop(name, member)) kept.push([name, withoutDeep(member, drop)]);
  }
  return Object.fromEntries(kept);
}
