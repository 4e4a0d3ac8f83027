import type { JsonArray, JsonObject, JsonValue } from '../../../contract/json.ts';
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

/** A list's objects, each passed through `edit`; what is no object stays. Anything but a list stays as it is, and so does a list of which nothing changes. */
export function mapObjects(list: JsonValue | undefined, edit: (item: JsonObject) => JsonValue): JsonValue | undefined {
  if (!Array.isArray(list)) return list;
  return mapItems(list, (item) => (isObject(item) ? edit(item) : item));
}

function mapItems(list: JsonArray, edit: (item: JsonValue) => JsonValue): JsonArray {
  let edited: JsonValue[] | undefined;
  for (let at = 0; at < list.length; at += 1) {
    const item = list[at] ?? null;
    const next = edit(item);
    if (next === item) continue;
    edited ??= [...list];
    edited[at] = next;
  }
  return edited ?? list;
}

/** The body with one list member's objects edited; a body without that member stays as it is. */
export function withList(body: JsonObject, name: string, edit: (item: JsonObject) => JsonObject): JsonObject {
  const list = mapObjects(body[name], edit);
  return list === body[name] ? body : { ...body, [name]: list };
}

/** The objects in a list member; empty when it is no list. */
export function objectsOf(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** The value without the members that `drop` picks, at any depth; the very same one where there are none. */
export function withoutDeep(value: JsonValue, drop: (name: string, value: JsonValue) => boolean): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return mapItems(value, (item) => withoutDeep(item, drop));
  return isObject(value) ? withoutMembers(value, drop) : value;
}

function withoutMembers(object: JsonObject, drop: (name: string, value: JsonValue) => boolean): JsonObject {
  const names = Object.keys(object);
  let kept: [string, JsonValue][] | undefined;
  for (const [at, name] of names.entries()) {
    const member = object[name];
    const isDropped = member === undefined || drop(name, member);
    const next = isDropped ? undefined : withoutDeep(member, drop);
    if (kept === undefined && (isDropped || next !== member)) kept = names.slice(0, at).map((before) => [before, object[before] ?? null]);
    if (next !== undefined) kept?.push([name, next]);
  }
  return kept === undefined ? object : Object.fromEntries(kept);
}
