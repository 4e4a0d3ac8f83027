/** Letters that Python's `re` knows after a backslash, outside and inside a set; others are errors. */
const ESCAPES = 'aAbBdDfnrsStuUvwWxZN';
const SET_ESCAPES = 'abdDfnrsStuUvwWxN';
/** Escapes that match a position, so that they cannot be repeated. */
const PLACES = 'AbBZ';
const CLASS_ESCAPES = 'dDsSwW';
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const EXTENSION = /^\(\?(?::|=|!|<=|<!|#|>|P<[^\W\d]\w*>|P=[^\W\d]\w*\)|[aiLmsux]*(?:-[imsx]+)?:|\(\w+\))/u;
const FLAGS_ONLY = /^\(\?[aiLmsux]+\)/u;
const QUANTIFIER = /^(?:[*+?]|\{(\d*)(?:,(\d*))?\})/u;

interface Scan {
  readonly text: string;
  at: number;
  /** The number of open groups. */
  groups: number;
  /** The number of groups that a back-reference can name. */
  captures: number;
  /** Whether a quantifier may follow. */
  repeatable: boolean;
}

/**
 * Whether Python's `re` compiles a pattern. Providers check schemas with it, and refuse calls with patterns of other engines.
 *
 * out:    true also for lookbehinds of variable width, whose check is not worth its cost: a pattern is only a hint to a model.
 * source: https://docs.python.org/3.12/library/re.html, read 2026-11-27.
 */
export function isPythonRegex(pattern: string): boolean {
  const scan: Scan = { text: pattern, at: 0, groups: 0, captures: 0, repeatable: false };
  while (scan.at < pattern.length) if (!readItem(scan)) return false;
  return scan.groups === 0;
}

function readItem(scan: Scan): boolean {
  const { text, at } = scan;
  switch (text[at]) {
    case '\\':
      return readReference(scan) ?? readEscape(scan, ESCAPES);
    case '[':
      return readSet(scan);
    case '(':
      return openGroup(scan);
    case ')':
      scan.groups -= 1;
      return passAtom(scan, 1) && scan.groups >= 0;
    case '^':
    case '$':
    case '|':
      return passMark(scan, 1);
    default:
      return readQuantifier(scan);
  }
}

/** Passes something that a quantifier may follow. */
function passAtom(scan: Scan, length: number): boolean {
  return advance(scan, length, true);
}

/** Passes something that a quantifier may not follow. */
function passMark(scan: Scan, length: number): boolean {
  return advance(scan, length, false);
}

function advance(scan: Scan, length: number, repeatable: boolean): boolean {
  scan.at += length;
  scan.repeatable = repeatable;
  return true;
}

function openGroup(scan: Scan): boolean {
  const rest = scan.text.slice(scan.at);
  if (!rest.startsWith('(?')) {
    scan.groups += 1;
    scan.captures += 1;
    return passMark(scan, 1);
  }
  // Flags for the whole pattern stand at its start.
  const flags = FLAGS_ONLY.exec(rest)?.[0];
  if (flags !== undefined) return scan.at === 0 && passMark(scan, flags.length);
  const opening = EXTENSION.exec(rest)?.[0];
  if (opening === undefined) return false;
  if (opening === '(?#') {
    const end = rest.indexOf(')');
    return end !== -1 && advance(scan, end + 1, scan.repeatable);
  }
  if (opening.startsWith('(?P=')) return passAtom(scan, opening.length);
  scan.groups += 1;
  if (opening.startsWith('(?P<')) scan.captures += 1;
  return passMark(scan, opening.length);
}

/** Reads a quantifier. A brace that begins none is a literal. */
function readQuantifier(scan: Scan): boolean {
  const [whole, least = '', most] = QUANTIFIER.exec(scan.text.slice(scan.at)) ?? [];
  if (whole === undefined || whole === '{}' || whole === '{,}') return passAtom(scan, 1);
  if (!scan.repeatable) return false;
  if (most !== undefined && most !== '' && least !== '' && Number(most) < Number(least)) return false;
  const next = scan.text[scan.at + whole.length];
  // After a quantifier there is nothing more to repeat; `?` makes it lazy and `+` possessive.
  return passMark(scan, whole.length + (next === '?' || next === '+' ? 1 : 0));
}

/** Reads a back-reference by number; undefined where there is none. Three octal digits are a character. */
function readReference(scan: Scan): boolean | undefined {
  const [whole, digits = ''] = /^\\([1-9]\d?)(?![0-7])/u.exec(scan.text.slice(scan.at)) ?? [];
  if (whole === undefined) return undefined;
  return Number(digits) <= scan.captures && passAtom(scan, whole.length);
}

function readEscape(scan: Scan, known: string): boolean {
  const { text, at } = scan;
  const letter = text[at + 1];
  if (letter === undefined) return false;
  const digits = HEX_DIGITS[letter];
  if (digits !== undefined) {
    const code = text.slice(at + 2, at + 2 + digits);
    return code.length === digits && /^[\da-f]+$/iu.test(code) && passAtom(scan, 2 + digits);
  }
  if (letter === 'N') {
    const name = /^\{[^}]+\}/u.exec(text.slice(at + 2))?.[0];
    return name !== undefined && passAtom(scan, 2 + name.length);
  }
  return (!/[a-z]/iu.test(letter) || known.includes(letter)) && advance(scan, 2, !PLACES.includes(letter));
}

/** Reads a set. A bracket right at its start is a literal, and a class cannot end a range. */
function readSet(scan: Scan): boolean {
  const { text } = scan;
  passMark(scan, text.startsWith('[^', scan.at) ? 2 : 1);
  for (let isFirst = true; ; isFirst = false) {
    const start = scan.at;
    const character = text[start];
    if (character === undefined) return false;
    if (character === ']' && !isFirst) return passAtom(scan, 1);
    if (!readMember(scan)) return false;
    if (text[scan.at] !== '-' || text[scan.at + 1] === ']' || text[scan.at + 1] === undefined) continue;
    const low = text.slice(start, scan.at);
    passMark(scan, 1);
    const from = scan.at;
    if (!readMember(scan) || isBadRange(low, text.slice(from, scan.at))) return false;
  }
}

function readMember(scan: Scan): boolean {
  if (scan.text[scan.at] === '\\') return readEscape(scan, SET_ESCAPES);
  const code = scan.text.codePointAt(scan.at);
  return code !== undefined && passMark(scan, code > 0xff_ff ? 2 : 1);
}

function isBadRange(low: string, high: string): boolean {
  if (isClass(low) || isClass(high)) return true;
  return low.length === 1 && high.length === 1 && low > high;
}

function isClass(member: string): boolean {
  return member.length === 2 && member.startsWith('\\') && CLASS_ESCAPES.includes(member.charAt(1));
}
