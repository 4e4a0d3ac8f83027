import { maskJson, maskText } from './mask-json.ts';
import type { Redaction, Segment } from './read-redaction.ts';

/** What is masked before anything is written. Both functions keep every length in bytes. */
export interface Redactor {
  /** Masks a body; undefined where it cannot be parsed, so that nothing of it may be kept. */
  readonly body: (text: string) => string | undefined;
  /** Masks a header's value, a URL or a query. */
  readonly value: (text: string) => string;
}

/** Makes a redactor from the entries of `redact`; undefined where there are none. */
export function createRedactor(redactions: readonly Redaction[]): Redactor | undefined {
  if (redactions.length === 0) return undefined;
  const paths = redactions.flatMap((entry) => ('path' in entry ? [entry.path] : []));
  const patterns = redactions.flatMap((entry) => ('pattern' in entry ? [entry.pattern] : []));
  const value = (text: string): string => patterns.reduce(maskMatches, text);
  const body = (text: string): string | undefined => {
    const masked = paths.length === 0 ? text : maskJson(text, (path) => paths.some((wanted) => matches(wanted, 0, path, 0)));
    return masked === undefined ? undefined : value(masked);
  };
  return { body, value };
}

function matches(wanted: readonly Segment[], from: number, path: readonly (string | number)[], at: number): boolean {
  const segment = wanted[from];
  if (segment === undefined) return at === path.length;
  if (segment === '..') {
    for (let skip = at; skip <= path.length; skip += 1) if (matches(wanted, from + 1, path, skip)) return true;
    return false;
  }
  const key = path[at];
  return key !== undefined && (segment === '*' || segment.key === key) && matches(wanted, from + 1, path, at + 1);
}

/** One escape sequence, or one character. */
const PIECE = /\\u[\da-f]{4}|\\.|[^]/giu;
/** Characters that are never masked, because they give JSON its structure. */
const SHAPE = /^[\s"{}[\]:,.+\\-]$/u;

/** Masks matches: digits become 1 and all else `x`, but for JSON's structure. Escape sequences are masked whole or not at all. */
function maskMatches(text: string, pattern: RegExp): string {
  let masked = '';
  let taken = 0;
  for (const { index, 0: found } of text.matchAll(pattern)) {
    const start = Math.max(taken, escapeAround(text, index)?.start ?? index);
    const end = escapeAround(text, index + found.length)?.end ?? index + found.length;
    masked += text.slice(taken, start) + text.slice(start, end).replaceAll(PIECE, maskPiece);
    taken = Math.max(taken, end);
  }
  return masked + text.slice(taken);
}

function maskPiece(piece: string): string {
  if (SHAPE.test(piece)) return piece;
  return /^\d$/u.test(piece) ? '1' : maskText(piece);
}

/** The escape sequence around a place, if the place is inside of one. */
function escapeAround(text: string, at: number): { readonly start: number; readonly end: number } | undefined {
  for (let start = at - 1; start >= Math.max(0, at - 5); start -= 1) {
    if (text[start] !== '\\') continue;
    let slashes = 1;
    while (text[start - slashes] === '\\') slashes += 1;
    const end = start + (/^\\u[\da-f]{4}/iu.test(text.slice(start, start + 6)) ? 6 : 2);
    if (slashes % 2 === 1 && end > at) return { start, end };
  }
  return undefined;
}
