import { isObject, type JsonValue } from '@stagegate/core-transforms';

/** One step of a path: a member's name, an element's index, or every element. */
type Segment = string | number | '*';

/** Splits `output[0].id` or `[*].message.id` into its steps. */
export function parsePath(path: string): readonly Segment[] {
  return [...path.matchAll(/\[(\*|\d+)\]|([^.[\]]+)/gu)].map(([, index, name]) => {
    if (index === undefined) return name ?? '';
    return index === '*' ? '*' : Number(index);
  });
}

/**
 * Replaces the value at a path by what is promised of it: its type and, for a string, its prefix up to the first `-` or `_`. Two masked
 * values are equal exactly when one run-dependent value may stand for the other; null stays null, and absent stays absent.
 */
export function maskAt(value: JsonValue, path: readonly Segment[]): JsonValue {
  const [segment, ...rest] = path;
  if (segment === undefined) return promiseOf(value);
  if (Array.isArray(value))
    return value.map((item: JsonValue, index) => (segment === '*' || segment === index ? maskAt(item, rest) : item));
  if (!isObject(value) || typeof segment !== 'string') return value;
  const member = value[segment];
  return member === undefined ? value : { ...value, [segment]: maskAt(member, rest) };
}

function promiseOf(value: JsonValue): JsonValue {
  if (value === null) return null;
  if (typeof value !== 'string') return `<volatile ${typeof value}>`;
  return `<volatile string ${prefixOf(value)}>`;
}

/** The first group of a bare UUID is random and so no prefix; nor is a whole id without a separator. */
function prefixOf(id: string): string {
  const end = id.search(/[-_]/u);
  if (end === -1 || /^[0-9a-f]{8}-[0-9a-f]{4}-/iu.test(id)) return '';
  return id.slice(0, end);
}
