import type { JsonObject } from '../contract/json.ts';
import { skipSpace } from './find-spans.ts';

/**
 * The text of a JSON object with one string replaced. The place is found by search and not by structure, for answers of which usually nothing
 * else changes.
 *
 * in:   text and its parsed value, a name.
 * out:  all else unchanged; undefined where a search cannot tell the place, and editMembers has to: the name or its value is written with
 *       escapes, the quoted name occurs elsewhere before, the member stands between containers, or its value is no string. Of a repeated name
 *       with one value, either is replaced.
 * cost: a few short searches. A quote inside of a string has a backslash, so `"name"` is a whole string; followed by a colon, and with no other
 *       bracket opened before or closed after it than the object's own, it is a name of that object.
 */
export function replaceString(text: string, value: JsonObject, name: string, replacement: string): string | undefined {
  if (value[name] === replacement && Object.hasOwn(value, name)) return text;
  const place = findString(text, value, name);
  if (place === undefined) return undefined;
  return text.slice(0, place.start) + JSON.stringify(replacement) + text.slice(place.end);
}

/** The span of the string under a name, quotes included, found as in replaceString. */
export function findString(text: string, value: JsonObject, name: string): { readonly start: number; readonly end: number } | undefined {
  const given = value[name];
  if (typeof given !== 'string' || !Object.hasOwn(value, name) || name.includes('\\')) return undefined;
  const quoted = `"${name}"`;
  const at = findName(text, quoted);
  if (at === -1) return undefined;
  let start = skipSpace(text, at + quoted.length);
  if (text.charCodeAt(start) !== COLON) return undefined;
  start = skipSpace(text, start + 1);
  const close = start + 1 + given.length;
  // The text between the quotes equals the value, so it has no escapes.
  const isThere = text.charCodeAt(start) === QUOTE && text.charCodeAt(close) === QUOTE && text.startsWith(given, start + 1);
  return isThere ? { start, end: close + 1 } : undefined;
}

/** The position of a quoted name that is certain to be in the outermost object; -1 where there is none. */
function findName(text: string, quoted: string): number {
  const first = text.indexOf(quoted);
  if (first === -1 || !opensBefore(text, first)) return first;
  // Some clients write `model` after the messages.
  const last = text.lastIndexOf(quoted);
  return closesAfter(text, last) ? -1 : last;
}

/** Whether anything but the outermost object may be closed after a position; brackets in strings count. */
function closesAfter(text: string, place: number): boolean {
  return text.indexOf('}', place) !== text.lastIndexOf('}') || text.includes(']', place);
}

/** Whether anything but the outermost object may be open at a position; brackets in strings count. */
function opensBefore(text: string, place: number): boolean {
  const object = text.indexOf('{', text.indexOf('{') + 1);
  if (object !== -1 && object < place) return true;
  const array = text.indexOf('[');
  return array !== -1 && array < place;
}

const COLON = 0x3a;
const QUOTE = 0x22;
