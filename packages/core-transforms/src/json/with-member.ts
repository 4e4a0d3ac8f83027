import type { JsonValue } from '../contract/json.ts';
import { editMembers } from './edit-members.ts';
import { findSpans } from './find-spans.ts';
import type { RawObject } from './raw-object.ts';

const ENCODER = new TextEncoder();

/** A JSON object with another value of one member; all else keeps its text. */
export function withMember(raw: RawObject, name: string, value: JsonValue): RawObject {
  const text = editMembers(raw, [{ name, set: value }]);
  return { bytes: ENCODER.encode(text), text, value: { ...raw.value, [name]: value }, members: findSpans(text, Infinity) ?? [] };
}
