import type { JsonObject } from '@stagegate/core-transforms';

/** JSON of a column as an object; older rows hold it as text. What is none is empty. */
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
