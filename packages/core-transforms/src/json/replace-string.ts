import type { JsonObject } from '../contract/json.ts';
import { skipSpace } from './find-spans.ts';

/**
 * The text of a JSON object with another string under one of its names, found by searching instead of by its structure: for
 * answers, of which usually nothing else changes.
 *
 * in:   text and its parsed value, a name.
 * out:  all else as it came; undefined where the search alone cannot tell the place: the name or its value is written with
 *       escapes, stands as a string somewhere before, follows an object or a list, or is no string. Then there is editMembers.
 *       Of a name that stands twice with one value, the first is meant.
 * cost: a few short searches. In a string no quote stands without a backslash, so `"name"` is a whole string; with a colon
 *       behind it, and no bracket opened between it and the object's own, it is that object's name.
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
  const at = text.indexOf(quoted);
  if (at === -1 || opensBefore(text, at)) return undefined;
  let start = skipSpace(text, at + quoted.length);
  if (text.charCodeAt(start) !== COLON) return undefined;
  start = skipSpace(text, start + 1);
  const written = JSON.stringify(given);
  return text.startsWith(written, start) ? { start, end: start + written.length } : undefined;
}

/** Whether something else than the outermost object may be open at a place; brackets in strings count too. */
function opensBefore(text: string, place: number): boolean {
  const object = text.indexOf('{', text.indexOf('{') + 1);
  if (object !== -1 && object < place) return true;
  const array = text.indexOf('[');
  return array !== -1 && array < place;
}

const COLON = 0x3a;
