import { editMembers } from '../json/edit-members.ts';
import { parseRawObject } from '../json/raw-object.ts';
import { replaceString } from '../json/replace-string.ts';

/** A whole answer with its `model` replaced, where it has one. Everything else stays as it is. */
export function withModel(text: string, model: string): string {
  const raw = parseRawObject(text);
  if (typeof raw?.value['model'] !== 'string') return text;
  return replaceString(text, raw.value, 'model', model) ?? editMembers(raw, [{ name: 'model', set: model }]);
}
