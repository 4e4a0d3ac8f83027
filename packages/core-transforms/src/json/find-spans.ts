/** One top-level member: where its name (quotes included) and its value stand in the text. Ends are exclusive. */
export interface MemberSpan {
  /** Escapes resolved: `"mod\u0065l"` is `model`. */
  readonly name: string;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** Names and short values are walked; beyond that a native search for the closing quote wins. */
const WALKED_LENGTH = 16;

/**
 * Finds the members of the outermost object by its structure alone. Whether the text is JSON is for `JSON.parse` to say:
 * the spans of a text that is not JSON mean nothing.
 *
 * cost: one pass, about 0.3 ns a character of string and 2 ns a character between strings.
 */
export function findSpans(text: string): readonly MemberSpan[] {
  const spans: MemberSpan[] = [];
  let depth = 0;
  let nameStart = -1;
  let nameEnd = -1;
  let valueStart = -1;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = skipString(text, at);
        if (depth === 1 && nameStart < 0) {
          nameStart = at;
          nameEnd = end;
        }
        at = end - 1;
        break;
      }
      case COLON:
        if (depth === 1) valueStart = skipSpace(text, at + 1);
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        depth += 1;
        break;
      case COMMA:
        if (depth !== 1) break;
        spans.push(toSpan(text, nameStart, nameEnd, valueStart, at));
        nameStart = -1;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        depth -= 1;
        if (depth === 0 && nameStart >= 0) spans.push(toSpan(text, nameStart, nameEnd, valueStart, at));
    }
  }
  return spans;
}

/**
 * How many members the outermost object has, those of one name counted each. What is said of text that is not JSON holds here too.
 *
 * out:  undefined when some value is nested deeper than `depthMax`, found before anything is built from the text.
 * cost: half of what it takes to find them.
 */
export function countMembers(text: string, depthMax: number): number | undefined {
  let depth = 0;
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = skipString(text, at) - 1;
    else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) {
      depth += 1;
      if (depth > depthMax) return undefined;
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) depth -= 1;
    else if (unit === COLON && depth === 1) count += 1;
  }
  return count;
}

/** Whether a text has so many opening brackets at most, those in strings counted too: then nothing in it is nested deeper. */
export function hasFewBrackets(text: string, countMax: number): boolean {
  return countUpTo(text, '[', countUpTo(text, '{', countMax)) >= 0;
}

/** What is left of a count when each place of a text has taken one; below zero, where the rest is not looked for, when there are more. */
function countUpTo(text: string, sought: string, countMax: number): number {
  let left = countMax;
  for (let at = text.indexOf(sought); at !== -1 && left >= 0; at = text.indexOf(sought, at + 1)) left -= 1;
  return left;
}

/** Where the elements of a JSON array stand in its text, ends exclusive. What is said of text that is not JSON holds here too. */
export function findElements(text: string): readonly (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  let depth = 0;
  let start = skipSpace(text, text.indexOf('[') + 1);
  const take = (end: number): void => {
    let valueEnd = end;
    while (isSpace(text.charCodeAt(valueEnd - 1))) valueEnd -= 1;
    if (valueEnd > start) spans.push([start, valueEnd]);
  };
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = skipString(text, at) - 1;
    else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) depth += 1;
    else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) {
      depth -= 1;
      if (depth === 0) take(at);
    } else if (unit === COMMA && depth === 1) {
      take(at);
      start = skipSpace(text, at + 1);
    }
  }
  return spans;
}

function toSpan(text: string, nameStart: number, nameEnd: number, valueStart: number, end: number): MemberSpan {
  let valueEnd = end;
  while (isSpace(text.charCodeAt(valueEnd - 1))) valueEnd -= 1;
  return { name: readName(text, nameStart, nameEnd), nameStart, nameEnd, valueStart, valueEnd };
}

function readName(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end - 1);
  let at = start + 1;
  while (at < end && text.charCodeAt(at) !== BACKSLASH) at += 1;
  if (at === end) return name;
  try {
    return String(JSON.parse(`"${name}"`));
  } catch {
    return name;
  }
}

/** Position after the closing quote of the string that opens at `at`; the end of the text when it never closes. */
function skipString(text: string, at: number): number {
  let next = at + 1;
  for (const near = next + WALKED_LENGTH; next < near; next += 1) {
    const unit = text.charCodeAt(next);
    if (unit === QUOTE) return next + 1;
    if (unit === BACKSLASH) next += 1;
  }
  for (;;) {
    const quote = text.indexOf('"', next);
    if (quote < 0) return text.length;
    let before = quote - 1;
    while (before >= next && text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((quote - before) % 2 === 1) return quote + 1;
    next = quote + 1;
  }
}

/** Position of the first character from `at` on that is no white space. */
export function skipSpace(text: string, at: number): number {
  let next = at;
  while (isSpace(text.charCodeAt(next))) next += 1;
  return next;
}

/** Whether a unit of UTF-16 is white space between JSON's values. */
export function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
