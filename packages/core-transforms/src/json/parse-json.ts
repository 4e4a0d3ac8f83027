import type { JsonValue } from '../contract/json.ts';

/** Parses JSON text; undefined where it is invalid. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
