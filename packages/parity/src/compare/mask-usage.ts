import { isObject, type JsonValue } from '@stagegate/core-transforms';

/** Where a usage object may be: in an answer, a chunk, `message_start` and the events of responses. */
const HOLDERS = ['message', 'response'];

/**
 * Leaves usage out of a comparison: all of it if the provider reported none (then the reference counted itself); for core
 * alone, which adds no cost, the cost.
 */
export function maskUsage(value: JsonValue, providerCounted: boolean, showsCost: boolean): JsonValue {
  if (!isObject(value)) return value;
  const kept: Record<string, JsonValue | undefined> = { ...value };
  for (const holder of HOLDERS) {
    const inner = value[holder];
    if (isObject(inner)) kept[holder] = maskUsage(inner, providerCounted, showsCost);
  }
  const usage = value['usage'];
  if (!isObject(usage)) return kept;
  const { cost: _cost, ...counted } = usage;
  kept['usage'] = providerCounted ? (showsCost ? usage : counted) : undefined;
  return kept;
}
