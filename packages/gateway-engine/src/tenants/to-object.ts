import type { JsonObject } from '@stagegate/core-transforms';

/** A JSON column as an object. Older rows hold it as text. Anything else becomes an empty object. */
export function toObject(value: unknown): JsonObject {
  if (typeof value === 'string') return toObject(parse(value));
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
