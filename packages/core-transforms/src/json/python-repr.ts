/**
 * A JSON text as Python's `str` prints its parsed value: `{'a': [1.0, True, None]}`. It takes text because a parsed value no longer tells `1.0`
 * from `1`.
 *
 * in:     valid JSON text.
 * out:    a top-level string unchanged, everything else as `repr` prints it; integers beyond 64 bits as floats, as orjson reads them.
 * cost:   linear.
 * source: CPython 3.11, Objects/unicodeobject.c `unicode_repr`, Python/pystrtod.c. Letters that are newer than Unicode 14 are not escaped,
 *         though Python 3.11 escapes them.
 */
export function pythonStr(json: string): string {
  const text = json.trim();
  return text.startsWith('"') ? String(JSON.parse(text)) : reprOf(text);
}

const WORDS: Readonly<Record<string, string>> = { true: 'True', false: 'False', null: 'None', ',': ', ', ':': ': ' };

function reprOf(json: string): string {
  let out = '';
  for (let at = 0; at < json.length;) {
    const letter = json.charAt(at);
    if (letter === '"') {
      const end = endOfString(json, at);
      out += quote(String(JSON.parse(json.slice(at, end))));
      at = end;
    } else if (' \n\r\t'.includes(letter)) at += 1;
    else if ('{}[],:'.includes(letter)) {
      out += WORDS[letter] ?? letter;
      at += 1;
    } else {
      const end = endOfWord(json, at);
      const word = json.slice(at, end);
      out += WORDS[word] ?? numberOf(word);
      at = end;
    }
  }
  return out;
}

function endOfString(json: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    at = json.indexOf('"', at);
    let slashes = 0;
    while (json.charAt(at - 1 - slashes) === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
}

function endOfWord(json: string, start: number): number {
  let at = start;
  while (at < json.length && !' \n\r\t,:]}'.includes(json.charAt(at))) at += 1;
  return at;
}

const INTEGER_MIN = -(2n ** 63n);
const INTEGER_MAX = 2n ** 64n - 1n;
/** Integers with more digits exceed 64 bits. */
const DIGITS_MAX = 20;

function numberOf(word: string): string {
  if (/^-?\d+$/u.test(word) && word.length <= DIGITS_MAX) {
    const value = BigInt(word);
    if (value >= INTEGER_MIN && value <= INTEGER_MAX) return String(value);
  }
  return floatOf(Number(word));
}

/** Python writes an exponent, of at least two digits, below 1e-4 and from 1e16 on. */
function floatOf(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (size < 1e-4 || size >= 1e16) return value.toExponential().replace(/e([+-])(\d)$/u, 'e$10$2');
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** Characters that may need escapes; plain texts have none. */
const UNUSUAL = /[\\'\u0000-\u001f\u007f-\u{10ffff}]/u;
/** Categories that Python escapes, except for the space. */
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Quotes a text as `repr` does: with single quotes, unless it has some and no double ones. */
function quote(text: string): string {
  if (!UNUSUAL.test(text)) return `'${text}'`;
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`);
  return mark + escaped.replaceAll(UNPRINTABLE, (letter) => NAMED[letter] ?? escapeOf(letter.codePointAt(0) ?? 0)) + mark;
}

function escapeOf(code: number): string {
  const digits = code.toString(16);
  if (code < 0x1_00) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x1_00_00 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
