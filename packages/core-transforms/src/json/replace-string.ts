import type { JsonObject } from '../contract/json.ts';

/**
 * The text of a JSON object with another string under one of its names, found by searching instead of by its structure: for
 * answers, of which usually nothing else changes.
 *
 * in:   text and its parsed value; a name of plain letters.
 * out:  all else as it came; undefined where the search alone cannot tell the place: the name or its value is written with
 *       escapes, stands somewhere else too, or is no string. Then there is editMembers.
 * cost: three searches. In a string no quote stands without a backslash, so `"name"` is a whole string, and if no letter is
 *       escaped and it stands only once, it is the object's own name.
 */
export function replaceString(text: string, value: JsonObject, name: string, replacement: string): string | undefined {
  const given = value[name];
  if (typeof given !== 'string' || !Object.hasOwn(value, name)) return undefined;
  if (given === replacement) return text;
  const quoted = `"${name}"`;
  const at = text.indexOf(quoted);
  if (at === -1 || text.indexOf(quoted, at + quoted.length) !== -1 || text.includes('\\u')) return undefined;
  let start = skipSpace(text, at + quoted.length);
  if (text.charCodeAt(start) !== COLON) return undefined;
  start = skipSpace(text, start + 1);
  const written = JSON.stringify(given);
  if (!text.startsWith(written, start)) return undefined;
  return text.slice(0, start) + JSON.stringify(replacement) + text.slice(start + written.length);
}

const COLON = 0x3a;

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let unit = text.charCodeAt(at); unit === 0x20 || (unit >= 0x09 && unit <= 0x0d); unit = text.charCodeAt(at)) at += 1;
  return at;
}
