import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';

/** Metadata with the named members of a body moved into it; null removes one. */
export function withMembersOf(names: readonly string[], fields: JsonObject, base: JsonObject): JsonObject {
  const merged: Record<string, JsonValue | undefined> = { ...base };
  for (const name of names) {
    const value = fields[name];
    if (value === null) delete merged[name];
    else if (value !== undefined) merged[name] = value;
  }
  return merged as JsonObject;
}

/** Applies a JSON merge patch (RFC 7386): null removes a member, an object is merged, anything else replaces what was there. */
export function mergePatch(value: JsonValue | undefined, patch: JsonObject): JsonObject {
  const base = isObject(value) ? value : {};
  const merged = new Map(Object.entries(base));
  for (const [name, change = null] of Object.entries(patch)) {
    if (change === null) merged.delete(name);
    else merged.set(name, isObject(change) ? mergePatch(merged.get(name), change) : change);
  }
  return Object.fromEntries(merged) as JsonObject;
}
