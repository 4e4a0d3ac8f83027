/** Decides for each value of a JSON text whether to mask it with all that it contains. `scalar` is the source text; empty for a container. */
export type MaskHere = (path: readonly (string | number)[], scalar: string) => boolean;

/** Deeper nesting counts as invalid JSON. */
const DEPTH_MAX = 512;

const SPACE = /[\t\n\r ]*/uy;
const SCALAR = /true|false|null|-?\d[\d.eE+-]*/uy;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/suy;
/** The JSON of every event in a stream. */
const EVENT = /^data: ?(?=[{[])(?!\[DONE\])(.*)$/gmu;

/**
 * Masks values in a text of JSON: one value, several separated by white space (JSON lines), or the events of a stream.
 *
 * in:     any text; one that does not begin as JSON has no values and is given back unchanged.
 * out:    a text of the same length in bytes, so that all offsets stay valid: `x` for each byte of a string, 1 for each digit of a number.
 *         What was JSON still is. Undefined for a text that begins as JSON and is invalid: its values cannot be found.
 * cost:   one pass in JavaScript; a body is only walked when there is something to mask.
 */
export function maskJson(text: string, maskHere: MaskHere): string | undefined {
  const first = text.trimStart()[0];
  if (first === '{' || first === '[') return maskValues(text, maskHere);
  let sound = true;
  const masked = text.replace(EVENT, (line, value: string) => {
    const kept = maskValues(value, maskHere);
    if (kept === undefined) sound = false;
    return line.slice(0, line.length - value.length) + (kept ?? '');
  });
  return sound ? masked : undefined;
}

function maskValues(text: string, maskHere: MaskHere): string | undefined {
  const walker = new Walker(text, maskHere);
  return walker.run() ? walker.masked() : undefined;
}

class Walker {
  readonly #text: string;
  readonly #maskHere: MaskHere;
  readonly #path: (string | number)[] = [];
  readonly #out: string[] = [];
  #at = 0;
  /** The text before this offset is in `out`. */
  #taken = 0;

  constructor(text: string, maskHere: MaskHere) {
    this.#text = text;
    this.#maskHere = maskHere;
  }

  /** Masks the whole text. out: false where it is not JSON to its end. */
  run(): boolean {
    this.#match(SPACE);
    while (this.#at < this.#text.length) {
      if (!this.#value(false)) return false;
      this.#match(SPACE);
    }
    return true;
  }

  masked(): string {
    return this.#out.join('') + this.#text.slice(this.#taken);
  }

  #value(above: boolean): boolean {
    const first = this.#text[this.#at];
    if (first === '{' || first === '[') {
      if (this.#path.length >= DEPTH_MAX) return false;
      const masks = above || this.#maskHere(this.#path, '');
      let index = 0;
      return first === '{' ? this.#container('}', () => this.#member(masks)) : this.#container(']', () => this.#below(index++, masks));
    }
    const start = this.#at;
    const scalar = this.#match(first === '"' ? STRING : SCALAR);
    if (scalar === undefined) return false;
    if (above || this.#maskHere(this.#path, scalar))
      this.#replace(start, first === '"' ? `"${maskText(scalar.slice(1, -1))}"` : maskScalar(scalar));
    return true;
  }

  #container(close: string, item: () => boolean): boolean {
    this.#at += 1;
    this.#match(SPACE);
    if (this.#skip(close)) return true;
    do {
      this.#match(SPACE);
      if (!item()) return false;
      this.#match(SPACE);
    } while (this.#skip(','));
    return this.#skip(close);
  }

  #member(masks: boolean): boolean {
    const name = this.#match(STRING);
    if (name === undefined) return false;
    this.#match(SPACE);
    if (!this.#skip(':')) return false;
    this.#match(SPACE);
    return this.#below(readName(name), masks);
  }

  #below(key: string | number, masks: boolean): boolean {
    this.#path.push(key);
    const read = this.#value(masks);
    this.#path.pop();
    return read;
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #replace(start: number, masked: string): void {
    this.#out.push(this.#text.slice(this.#taken, start), masked);
    this.#taken = this.#at;
  }
}

/** `x` for every byte of the text in UTF-8. */
export function maskText(text: string): string {
  return 'x'.repeat(Buffer.byteLength(text));
}

function maskScalar(scalar: string): string {
  return /^[tfn]/u.test(scalar) ? 'null'.padEnd(scalar.length) : scalar.replaceAll(/\d/gu, '1');
}

function readName(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
