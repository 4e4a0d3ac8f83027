import type { JsonArray, JsonObject, JsonValue } from '../../../contract/json.ts';
import { isObject } from '../../../json/is-object.ts';

/** The object without these members; the same object if it has none of them. */
export function without(object: JsonObject, names: readonly string[]): JsonObject {
  if (!names.some((name) => name in object)) return object;
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** The object with only these members. */
export function only(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}

/** Maps a list's objects; other elements stay. The same value if it is not a list, or if nothing changed. */
function mapObjects(list: JsonValue | undefined, edit: (item: JsonObject) => JsonValue): JsonValue | undefined {
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

/** The body with one list member's objects mapped; the same body without that member. */
export function withList(body: JsonObject, name: string, edit: (item: JsonObject) => JsonObject): JsonObject {
  const list = mapObjects(body[name], edit);
  return list === body[name] ? body : { ...body, [name]: list };
}

/** The objects in a list member; empty if it is not a list. */
export function objectsOf(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

type Drop = (name: string, value: JsonValue) => boolean;

/** The value without the members that `drop` selects, at any depth; the same value if there are none, without any copying. */
export function withoutDeep(value: JsonValue, drop: Drop): JsonValue {
  return holdsDeep(value, drop) ? cutDeep(value, drop) : value;
}

function holdsDeep(value: JsonValue, drop: Drop): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (holdsDeep(item, drop)) return true;
  } else if (isObject(value)) {
    for (const name in value) {
      const member = value[name];
      if (member === undefined || drop(name, member) || holdsDeep(member, drop)) return true;
    }
  }
  return false;
}

function cutDeep(value: JsonValue, drop: Drop): JsonValue {
  if (Array.isArray(value)) return mapItems(value, (item) => withoutDeep(item, drop));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined || drop(name, member) ? [] : [[name, withoutDeep(member, drop)] as const],
    ),
  );
}
