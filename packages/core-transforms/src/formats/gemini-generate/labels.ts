import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';

/** A client's metadata, as far as it is text: what the cloud's bills are told apart by. */
export function toLabels(given: JsonValue | undefined): JsonObject | undefined {
  const texts = isObject(given) ? Object.entries(given).filter(([, value]) => typeof value === 'string') : [];
  return texts.length > 0 ? Object.fromEntries(texts) : undefined;
}
