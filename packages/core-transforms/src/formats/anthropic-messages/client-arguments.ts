import type { JsonValue } from '../../contract/json.ts';
import { parseJson } from '../../json/parse-json.ts';

const CLOSERS: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * A tool call's arguments as the value they stand for.
 *
 * out: an empty object for none; arguments that broke off are closed where that makes them JSON; undefined for what is none.
 */
export function parseToolArguments(text: string): JsonValue | undefined {
  if (text.trim() === '') return {};
  return parseJson(text) ?? parseJson(closeBrackets(text));
}

/** Whether arguments are whole: nothing more of them can come. */
export function isWholeJson(text: string): boolean {
  return parseJson(text) !== undefined;
}

function closeBrackets(text: string): string {
  const open: string[] = [];
  // Outside of strings only: a string is one match, escapes included.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[{}[\]]/gsu)) {
    const closer = CLOSERS[token];
    if (closer !== undefined) open.push(closer);
    else if (token === open.at(-1)) open.pop();
  }
  return text.trimEnd().replace(/,+$/u, '') + open.toReversed().join('');
}
