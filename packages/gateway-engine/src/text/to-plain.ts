import { isObject } from '@stagegate/core-transforms';

/** A value as plain JSON, with times as the reference writes them. */
export function toPlain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace('Z', '000Z').replace('.000000Z', 'Z');
  if (Array.isArray(value)) return value.map(toPlain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)]));
}
