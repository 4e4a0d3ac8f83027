import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';

/** The string members of a client's metadata, as labels by which Google Cloud breaks down its bills. */
export function toLabels(given: JsonValue | undefined): JsonObject | undefined {
  const texts = isObject(given) ? Object.entries(given).filter(([, value]) => typeof value === 'string') : [];
  return texts.length > 0 ? Object.fromEntries(texts) : undefined;
}
