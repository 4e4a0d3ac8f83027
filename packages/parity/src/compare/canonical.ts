import { isObject, type JsonValue } from '@stagegate/core-transforms';

/**
 * A client-side value without members that are null or an empty object, at any depth: providers send nulls, SDKs want them, and the
 * reference drops them, so that all three mean the same. Elements of arrays stay.
 */
export function dropEmptyMembers(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(dropEmptyMembers);
  if (!isObject(value)) return value;
  const kept: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const inner = dropEmptyMembers(member);
    if (inner === null || (isObject(inner) && Object.keys(inner).length === 0)) continue;
    kept[name] = inner;
  }
  return kept;
}

/** A list of models is a set: its order is that of a configuration, which a recording need not keep. */
export function sortModels(body: JsonValue): JsonValue {
  if (!isObject(body) || body['object'] !== 'list' || !Array.isArray(body['data'])) return body;
  const models: readonly JsonValue[] = body['data'];
  if (!models.every((model) => isObject(model) && model['object'] === 'model')) return body;
  return { ...body, data: models.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1)) };
}

function idOf(model: JsonValue): string {
  return isObject(model) ? String(model['id']) : '';
}
