import type { JsonObject, JsonValue } from '@stagegate/core-transforms';

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
