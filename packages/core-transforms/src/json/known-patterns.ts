import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from './is-object.ts';
import { isPythonRegex } from './python-regex.ts';
import { withoutPatterns } from './schema-patterns.ts';

/**
 * A schema without regular expressions that Python cannot compile, which OpenAI's validator refuses.
 *
 * out: the same object where nothing had to change.
 */
export function withKnownPatterns(schema: JsonObject): JsonObject {
  return holdsPattern(schema) ? withoutPatterns(schema, isPythonRegex) : schema;
}

/** Whether a schema may hold a pattern. It runs for every tool of every call, so it must cost next to nothing. */
function holdsPattern(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(holdsPattern);
  if (!isObject(value)) return false;
  for (const name in value) if (name === 'pattern' || name === 'patternProperties' || holdsPattern(value[name])) return true;
  return false;
}
