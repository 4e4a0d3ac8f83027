import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';

/** Metadata with the members that stand in it whichever way they were sent; null takes one out. */
export function withMembersOf(names: readonly string[], fields: JsonObject, base: JsonObject): JsonObject {
  const merged: Record<string, JsonValue | undefined> = { ...base };
  for (const name of names) {
    const value = fields[name];
    if (value === null) delete merged[name];
    else if (value !== undefined) merged[name] = value;
  }
  return merged as JsonObject;
}

/** A value with a patch of RFC 7386: null takes a member out, an object is merged, anything else takes its place. */
export function mergePatch(value: JsonValue | undefined, patch: JsonObject): JsonObject {
  const base = isObject(value) ? value : {};
  const merged = new Map(Object.entries(base));
  for (const [name, change = null] of Object.entries(patch)) {
    if (change === null) merged.delete(name);
    else merged.set(name, isObject(change) ? mergePatch(merged.get(name), change) : change);
  }
  return Object.fromEntries(merged) as JsonObject;
}
