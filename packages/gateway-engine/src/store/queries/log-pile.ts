import type { NewSpendLogRow } from '../schema/index.ts';

/** Rows of the call log that are being written. */
export interface LogRows {
  readonly length: number;
  /** The rows as contents of JSON arrays, one for each statement. Can be iterated again after a failure. */
  readonly texts: () => Iterable<string>;
}

/** The most rows in memory. While the database is away, further calls are counted, but their rows are dropped. */
const ROWS_MAX = 10_000;
/** Rows of one transaction, few enough to end well before its timeout. */
const ROWS_PER_BATCH = 1_000;
/** The size of a statement, unless one row is larger. V8 puts strings from 128 KB on in a space where they outlive their statement. */
const STATEMENT_BYTES = 65_536;
/** The size of the buffer while nothing waits. */
const BYTES_MIN = 1_048_576;
const UTF8_BYTES_MAX = 3;

/** What the reference writes in place of contents that are not kept. */
const NOTHING_SAID = { messages: {}, response: {}, proxy_server_request: {} };

/**
 * Rows of the call log until they are written, as JSON in memory outside of V8's heap. In the heap they would live just long enough to be
 * promoted to the old generation, and stay until the next full collection (measured: 3 KB for each call).
 *
 * cost: the bytes of the rows, 1.3 KB each where prompts and answers are not kept.
 */
export class LogPile {
  #bytes = Buffer.from(new ArrayBuffer(BYTES_MIN));
  /** The end of each row, after its comma. */
  #ends: number[] = [];
  #taken = 0;

  /** The number of rows that have not been taken yet. */
  get waiting(): number {
    return this.#ends.length - this.#taken;
  }

  /** Adds a row. out: false where there are too many, so that it is dropped. */
  add(row: NewSpendLogRow): boolean {
    if (this.#ends.length === ROWS_MAX) return false;
    const text = toText(row);
    const start = this.#startOf(this.#ends.length);
    const most = start + text.length * UTF8_BYTES_MAX;
    if (most > this.#bytes.length) this.#resize(2 * most);
    this.#ends.push(start + this.#bytes.write(text, start));
    return true;
  }

  /** Takes the first rows, and drops those that were taken before. */
  take(): LogRows {
    this.#drop();
    const length = Math.min(this.#ends.length, ROWS_PER_BATCH);
    this.#taken = length;
    return { length, texts: () => this.#texts(length) };
  }

  *#texts(rows: number): Generator<string> {
    for (let row = 0; row < rows;) {
      const start = this.#startOf(row);
      do row += 1;
      while (row < rows && this.#startOf(row + 1) - start <= STATEMENT_BYTES);
      yield this.#bytes.toString('utf8', start, this.#startOf(row) - 1);
    }
  }

  #drop(): void {
    const start = this.#startOf(this.#taken);
    this.#bytes.copyWithin(0, start, this.#startOf(this.#ends.length));
    this.#ends = this.#ends.slice(this.#taken).map((end) => end - start);
    if (this.#ends.length === 0 && this.#bytes.length > BYTES_MIN) this.#resize(BYTES_MIN);
  }

  #startOf(row: number): number {
    return this.#ends[row - 1] ?? 0;
  }

  #resize(bytes: number): void {
    this.#bytes = Buffer.from(this.#bytes.buffer.transfer(bytes));
  }
}

function toText(row: NewSpendLogRow): string {
  return `${JSON.stringify({ ...NOTHING_SAID, ...row, updated_at: row.endTime })},`;
}
