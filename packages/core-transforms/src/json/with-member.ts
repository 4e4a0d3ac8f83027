import type { JsonValue } from '../contract/json.ts';
import { editMembers } from './edit-members.ts';
import { withText, type RawObject } from './raw-object.ts';

/** A JSON object with one member set; all else keeps its text. */
export function withMember(raw: RawObject, name: string, value: JsonValue): RawObject {
  return withText(editMembers(raw, [{ name, set: value }]), { ...raw.value, [name]: value });
}
