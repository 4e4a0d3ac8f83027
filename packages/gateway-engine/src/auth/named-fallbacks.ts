import { isObject, type JsonObject } from '@stagegate/core-transforms';

const FIELDS = ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'] as const;

/** Nothing reads deeper. */
const DEPTH_MAX = 16;

const NONE: readonly string[] = [];

/**
 * Models that a client names to fall back on: in a list of names, of calls (`{ model, … }`), or of lists by name
 * (`{ a: ['b'] }`), at the top and in `router_settings_override`. Whoever may not call one of them may not name it.
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
