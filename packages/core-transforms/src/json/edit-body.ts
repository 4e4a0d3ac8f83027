import { editMembers, type MemberEdit } from './edit-members.ts';
import { isSpace } from './find-spans.ts';
import type { RawObject } from './raw-object.ts';
import { findString } from './replace-string.ts';

/**
 * A client's body with some members edited: what editMembers writes. Most calls change their model and add a member or two, for which
 * nobody has to know where the others stand.
 *
 * out:  the very bytes when there is nothing to do.
 * cost: about half of what editMembers takes where the search suffices.
 */
export function editBody(raw: RawObject, edits: readonly MemberEdit[]): string | Uint8Array {
  if (raw.repeats) return editMembers(raw, edits);
  return edits.length === 0 ? raw.bytes : (editBySearch(raw, edits) ?? editMembers(raw, edits));
}

const OPEN = 0x7b;

/** One string replaced, and members added; undefined for all else, and where the search does not find the string. */
function editBySearch({ text, value }: RawObject, edits: readonly MemberEdit[]): string | undefined {
  let edited = '';
  let from = 0;
  let added = '';
  for (const edit of edits) {
    if (!('set' in edit)) return undefined;
    const { name, set } = edit;
    const isNew = !Object.hasOwn(value, name);
    const place = isNew || from > 0 || typeof set !== 'string' ? undefined : findString(text, value, name);
    if (place !== undefined) {
      edited = text.slice(0, place.start) + JSON.stringify(set);
      from = place.end;
    } else if (isNew) added += `,${JSON.stringify(name)}:${JSON.stringify(set)}`;
    else return undefined;
  }
  if (added === '') return edited + text.slice(from);
  const end = endOfMembers(text);
  return text.charCodeAt(end - 1) === OPEN ? undefined : edited + text.slice(from, end) + added + text.slice(end);
}

/** Where the last member of an object ends: before its bracket and the white space before that. */
function endOfMembers(text: string): number {
  let end = text.lastIndexOf('}');
  while (isSpace(text.charCodeAt(end - 1))) end -= 1;
  return end;
}
