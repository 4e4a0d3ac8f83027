import { isObject, type JsonObject } from '@stagegate/core-transforms';

const FIELDS = ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'] as const;

/** Deeper lists are not read by anything. */
const DEPTH_MAX = 16;

const NONE: readonly string[] = [];

/**
 * The models that a client names as fallbacks: in a list of names, of calls (`{ model, … }`), or of lists by name (`{ a: ['b'] }`), at the
 * top level and in `router_settings_override`. A caller has to be allowed every one of them.
 */
export function namedFallbacks(body: JsonObject): readonly string[] {
  const { router_settings_override: override } = body;
  const sources = isObject(override) ? [body, override] : [body];
  let found: Set<string> | undefined;
  for (const source of sources) {
    for (const field of FIELDS) {
      const value = source[field];
      if (value !== undefined) collect(value, (found ??= new Set()), 0);
    }
  }
  return found === undefined ? NONE : [...found];
}

function collect(value: unknown, found: Set<string>, depth: number): void {
  if (!Array.isArray(value) || depth > DEPTH_MAX) return;
  for (const item of value) {
    if (typeof item === 'string') found.add(item);
    else if (isObject(item)) collectFrom(item, found, depth);
  }
}

function collectFrom(item: JsonObject, found: Set<string>, depth: number): void {
  const { model } = item;
  if (typeof model === 'string') found.add(model);
  for (const targets of typeof model === 'string' ? FIELDS.map((field) => item[field]) : Object.values(item))
    collect(targets, found, depth + 1);
}
