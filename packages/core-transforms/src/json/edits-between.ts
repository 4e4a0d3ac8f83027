import type { JsonArray, JsonObject, JsonValue } from '../contract/json.ts';
import { editMembers, type MemberEdit } from './edit-members.ts';
import { findElements, findSpans } from './find-spans.ts';
import { isObject } from './is-object.ts';
import type { TextObject } from './raw-object.ts';

const NO_EDITS: readonly MemberEdit[] = [];

/**
 * The edits that turn one object into the other.
 *
 * out:  edits in which equal values keep their text at any depth: if one message of a list lost a member, everything else keeps its text.
 * cost: only a comparison for members that are identical.
 */
export function editsBetween(from: TextObject, to: JsonObject): readonly MemberEdit[] {
  if (from.value === to) return NO_EDITS;
  const edits: MemberEdit[] = [];
  for (const name in from.value) if (to[name] === undefined || !Object.hasOwn(to, name)) edits.push({ name, remove: true });
  for (const name in to) {
    const value = to[name];
    const given = from.value[name];
    if (value === undefined || isSame(given, value)) continue;
    const text = isContainer(given) ? textOf(from, name) : undefined;
    edits.push(text === undefined ? { name, set: value } : { name, setText: editText(text, given ?? null, value) });
  }
  return edits;
}

function isContainer(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null;
}

function textOf({ text, members }: TextObject, name: string): string | undefined {
  const span = members.findLast((member) => member.name === name);
  return span === undefined ? undefined : text.slice(span.valueStart, span.valueEnd);
}

function editText(text: string, from: JsonValue, to: JsonValue): string {
  if (isSame(from, to)) return text;
  if (Array.isArray(from) && Array.isArray(to)) return editArray(text, from, to);
  if (!isObject(from) || !isObject(to)) return JSON.stringify(to);
  const raw: TextObject = { text, value: from, members: findSpans(text) };
  return editMembers(raw, editsBetween(raw, to));
}

/** The text of a list. Elements are compared by index; if the length changed, each with the next equal one. */
function editArray(text: string, from: JsonArray, to: JsonArray): string {
  const spans = findElements(text);
  const textAt = (index: number): string => text.slice(...(spans[index] ?? [0, 0]));
  if (from.length === to.length) {
    let out = '';
    let written = 0;
    for (const [index, [start, end]] of spans.entries()) {
      out += text.slice(written, start) + editText(textAt(index), from[index] ?? null, to[index] ?? null);
      written = end;
    }
    return out + text.slice(written);
  }
  let next = 0;
  const parts = to.map((item) => {
    const found = from.findIndex((given, index) => index >= next && isSame(given, item));
    if (found === -1) return JSON.stringify(item);
    next = found + 1;
    return textAt(found);
  });
  return `[${parts.join(',')}]`;
}

/** Whether two values are deeply equal, as a transform may return copies of what it did not change. */
function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    const others: JsonArray = right;
    return left.length === others.length && left.every((item: JsonValue, index) => isSame(item, others[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]));
}
