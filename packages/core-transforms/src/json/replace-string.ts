import type { JsonObject } from '../contract/json.ts';
import { skipSpace } from './find-spans.ts';

/**
 * The text of a JSON object with another string under one of its names, found by searching instead of by its structure: for
 * answers, of which usually nothing else changes.
 *
 * in:   text and its parsed value, a name.
 * out:  all else as it came; undefined where the search alone cannot tell the place: the name or its value is written with
 *       escapes, stands as a string somewhere else, between objects or lists, or is no string. Then there is editMembers.
 *       Of a name that stands twice with one value, one is meant.
 * cost: a few short searches. In a string no quote stands without a backslash, so `"name"` is a whole string; with a colon
 *       behind it, and no bracket opened before it or closed behind it but the object's own, it is that object's name.
 */
export function replaceString(text: string, value: JsonObject, name: string, replacement: string): string | undefined {
  if (value[name] === replacement && Object.hasOwn(value, name)) return text;
  const place = findString(text, value, name);
  if (place === undefined) return undefined;
  return text.slice(0, place.start) + JSON.stringify(replacement) + text.slice(place.end);
}

/** Where the string under a name stands, quotes included, found in that way. */
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
  // What stands between the quotes is the very string: with a backslash in it, it would stand for a shorter one.
  const isThere = text.charCodeAt(start) === QUOTE && text.charCodeAt(close) === QUOTE && text.startsWith(given, start + 1);
  return isThere ? { start, end: close + 1 } : undefined;
}

/** Where a quoted name stands of which it is sure that nothing but the outermost object is open there; -1 for nowhere. */
function findName(text: string, quoted: string): number {
  const first = text.indexOf(quoted);
  if (first === -1 || !opensBefore(text, first)) return first;
  // Clients that write `model` behind the messages.
  const last = text.lastIndexOf(quoted);
  return closesAfter(text, last) ? -1 : last;
}

/** Whether something else than the outermost object may be closed behind a place; brackets in strings count too. */
function closesAfter(text: string, place: number): boolean {
  return text.indexOf('}', place) !== text.lastIndexOf('}') || text.includes(']', place);
}

/** Whether something else than the outermost object may be open at a place; brackets in strings count too. */
function opensBefore(text: string, place: number): boolean {
  const object = text.indexOf('{', text.indexOf('{') + 1);
  if (object !== -1 && object < place) return true;
  const array = text.indexOf('[');
  return array !== -1 && array < place;
}

const COLON = 0x3a;
const QUOTE = 0x22;
