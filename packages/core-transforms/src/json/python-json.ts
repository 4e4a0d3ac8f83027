import type { JsonValue } from '../contract/json.ts';

/**
 * JSON as Python's `json.dumps` writes it: spaces after commas and colons, ASCII only. The reference puts such text inside
 * strings (a tool call's arguments), where a provider and a prompt cache can tell it from JavaScript's.
 *
 * in:  a value without `undefined`; an absent member is left out. A float without a fraction cannot be told from an integer here.
 *      Characters beyond ASCII as escapes, or as they are (`ensure_ascii=False`).
 */
export function toPythonJson(value: JsonValue, characters: 'ascii' | 'unicode' = 'ascii'): string {
  const write = characters === 'ascii' ? quote : (text: string): string => JSON.stringify(text);
  if (typeof value === 'string') return write(value);
  if (typeof value === 'number') return toPythonNumber(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => toPythonJson(item, characters)).join(', ')}]`;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${write(name)}: ${toPythonJson(member, characters)}`],
  );
  return `{${members.join(', ')}}`;
}

/** Code unit by code unit: a character beyond the basic plane becomes two escapes. */
function quote(text: string): string {
  // oxlint-disable-next-line require-unicode-regexp
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Python writes an exponent, of at least two digits, below 1e-4 and from 1e16 on. */
function toPythonNumber(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || Number.isInteger(value) || (size >= 1e-4 && size < 1e16)) return JSON.stringify(value);
  return value.toExponential().replace(/e([+-])(\d)$/u, 'e$10$2');
}
