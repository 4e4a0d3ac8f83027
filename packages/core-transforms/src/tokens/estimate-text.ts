/**
 * What a tokenizer's first pass makes of a text: words with the space before them, numbers by three digits, marks, white space.
 * Every text is such pieces without a gap.
 */
const PIECES =
  /(?<short>['’](?:[sdmt]|ll|ve|re)(?!\p{L}))|[ ]?(?<latin>\p{Script=Latin}+)|[ ]?(?<dense>[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]+)|[ ]?(?<letters>(?:(?![\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}])[\p{L}\p{M}])+)|(?<digits>\p{N}{1,3})|(?<emoji>\p{Extended_Pictographic}[\uFE0F\u200D\p{Emoji_Modifier}]*)|[ ]?(?<marks>[^\s\p{L}\p{M}\p{N}\p{Extended_Pictographic}]+)|(?<space>\s+)/uy;

/** Letters that one token carries beyond the first: measured on the mix of texts that the tests hold. */
const LATIN_LETTERS_PER_TOKEN = 8;
const OTHER_LETTERS_PER_TOKEN = 4;
const DENSE_LETTERS_PER_TOKEN = 1.3;
const MARKS_PER_TOKEN = 3;
const EMOJI_TOKENS = 2;

/** Kinds of ASCII characters, by their code. */
const LATIN = 1;
const DIGIT = 2;
const MARK = 3;
const SPACE = 4;
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)));
const BLANK = 0x20;
const APOSTROPHE = 0x27;
const LOWER_A = 0x61;
const DIGITS_MAX = 3;

/** What begins here may go on beyond ASCII, or may be a short form: the expression has to say. */
const UNCLEAR = -1;

/**
 * Estimates how many tokens a text is, without any vocabulary: for when the provider does not count and no tokenizer is at hand.
 *
 * out:    whole tokens, ≥ 0. Prose is met within a tenth; code, long identifiers and unusual scripts within a third.
 * errors: none.
 * cost:   one pass: some nanoseconds a character of ASCII, of other texts about half a microsecond a word (a regular expression).
 */
export function estimateTextTokens(text: string): number {
  let tokens = 0;
  let at = 0;
  while (at < text.length) {
    const from = skipBlank(text, at);
    const kind = KINDS[text.charCodeAt(from)];
    const end = kind === undefined || text.charCodeAt(at) === APOSTROPHE ? UNCLEAR : endOf(text, from, kind);
    if (end === UNCLEAR) {
      PIECES.lastIndex = at;
      tokens += countPiece(PIECES.exec(text)?.groups);
      at = PIECES.lastIndex;
    } else {
      if (kind === LATIN) tokens += countAsciiWord(text, from, end);
      else tokens += kind === MARK ? Math.ceil((end - from) / MARKS_PER_TOKEN) : 1;
      at = end;
    }
  }
  return tokens;
}

/** What `estimateTextTokens` gives at most, without a look at the text: no piece counts more than two a character. */
export function boundTextTokens(text: string): number {
  return EMOJI_TOKENS * text.length;
}

function kindOf(character: string): number {
  if (/[a-z]/iu.test(character)) return LATIN;
  if (/\d/u.test(character)) return DIGIT;
  return /\s/u.test(character) ? SPACE : MARK;
}

/** A blank belongs to the word or to the marks behind it, and to what is not ASCII as the expression has it. */
function skipBlank(text: string, at: number): number {
  if (text.charCodeAt(at) !== BLANK || at + 1 === text.length) return at;
  const next = KINDS[text.charCodeAt(at + 1)];
  return next === DIGIT || next === SPACE ? at : at + 1;
}

function endOf(text: string, from: number, kind: number): number {
  const most = kind === DIGIT ? Math.min(text.length, from + DIGITS_MAX) : text.length;
  for (let at = from; at < most; at += 1) {
    const here = KINDS[text.charCodeAt(at)];
    if (here !== kind) return here === undefined ? UNCLEAR : at;
  }
  return most;
}

/** As `countLatin`, of ASCII letters alone. */
function countAsciiWord(text: string, from: number, end: number): number {
  let tokens = 0;
  let begun = from;
  for (let at = from + 1; at < end; at += 1) {
    if (text.charCodeAt(at) >= LOWER_A || text.charCodeAt(at - 1) < LOWER_A) continue;
    tokens += Math.ceil((at - begun) / LATIN_LETTERS_PER_TOKEN);
    begun = at;
  }
  return tokens + Math.ceil((end - begun) / LATIN_LETTERS_PER_TOKEN);
}

function countPiece({ latin, dense, letters, emoji, marks }: Readonly<Record<string, string>> = {}): number {
  if (latin !== undefined) return countLatin(latin);
  if (dense !== undefined) return Math.ceil(dense.length / DENSE_LETTERS_PER_TOKEN);
  if (letters !== undefined) return Math.ceil(letters.length / OTHER_LETTERS_PER_TOKEN);
  if (emoji !== undefined) return EMOJI_TOKENS;
  return marks === undefined ? 1 : Math.ceil(marks.length / MARKS_PER_TOKEN);
}

/** A capital inside a word begins a new one. */
function countLatin(word: string): number {
  return word.split(/(?<=\p{Ll})(?=\p{Lu})/u).reduce((count, part) => count + Math.ceil(part.length / LATIN_LETTERS_PER_TOKEN), 0);
}
