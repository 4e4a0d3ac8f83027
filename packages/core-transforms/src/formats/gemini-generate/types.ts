import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';

/** One part of a content: text, media, a call, a call's result … */
export type Part = JsonObject;

/** One side's turn in a conversation, in the provider's shape. */
export interface Content extends JsonObject {
  readonly role: 'user' | 'model';
  readonly parts: readonly Part[];
}

/** Whether a value is an array of JSON values. */
export function isArray(value: unknown): value is JsonArray {
  return Array.isArray(value);
}

/** The objects of a value that should be a list of them. */
export function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}

/** A member that is an object, or an empty one. */
export function objectIn(holder: JsonObject, name: string): JsonObject {
  const value = holder[name];
  return isObject(value) ? value : {};
}

/** A string member; undefined if it is absent or not a string. */
export function readString(holder: JsonObject, name: string): string | undefined {
  const value = holder[name];
  return typeof value === 'string' ? value : undefined;
}

/** A count; 0 if it is absent or not a number. */
export function readCount(holder: JsonObject, name: string): number {
  const value = holder[name];
  return typeof value === 'number' ? value : 0;
}

/** Whether a member is neither absent nor null. */
export function isSaid(value: JsonValue | undefined): value is Exclude<JsonValue, null> {
  return value !== undefined && value !== null;
}
