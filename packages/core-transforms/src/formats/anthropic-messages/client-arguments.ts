import type { JsonValue } from '../../contract/json.ts';
import { parseJson } from '../../json/parse-json.ts';

const CLOSERS: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * Parses a tool call's arguments.
 *
 * out: an empty object for an empty text; arguments that broke off are closed if that makes them JSON; undefined if they are not JSON even
 *      then.
 */
export function parseToolArguments(text: string): JsonValue | undefined {
  if (text.trim() === '') return {};
  return parseJson(text) ?? parseJson(closeBrackets(text));
}

/** Whether arguments are complete, so that no more of them can follow. */
export function isWholeJson(text: string): boolean {
  return parseJson(text) !== undefined;
}

function closeBrackets(text: string): string {
  const open: string[] = [];
  // Only brackets outside strings count: a string is one match, escapes included.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[{}[\]]/gsu)) {
    const closer = CLOSERS[token];
    if (closer !== undefined) open.push(closer);
    else if (token === open.at(-1)) open.pop();
  }
  return text.trimEnd().replace(/,+$/u, '') + open.toReversed().join('');
}
