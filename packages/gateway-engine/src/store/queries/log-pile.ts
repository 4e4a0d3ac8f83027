import type { NewSpendLogRow } from '../schema/index.ts';

/** Rows of calls on their way into the database. */
export interface LogRows {
  readonly length: number;
  /** What stands in a JSON array of rows, a statement's worth each. Where a statement failed, they may be asked for again. */
  readonly texts: () => Iterable<string>;
}

/** Rows in memory, at most: while the database is away, calls go on, and money is added up without them. */
const ROWS_MAX = 10_000;
/** Rows of one transaction: it ends well before anybody gives it up. */
const ROWS_PER_BATCH = 1_000;
/** Of one statement, unless one row is more: V8 keeps texts from 128 KB on apart, and there they outlive their statement. */
const STATEMENT_BYTES = 65_536;
/** What is kept while nothing waits. */
const BYTES_MIN = 1_048_576;
const UTF8_BYTES_MAX = 3;

/** As the reference fills in what is not kept. */
const NOTHING_SAID = { messages: {}, response: {}, proxy_server_request: {} };

/**
 * Rows of calls until they are written: as JSON, outside of V8's heap. There they would wait just long enough to be taken for old, and
 * stay until all of the heap is looked through (measured: 3 KB of every call).
 *
 * cost: the bytes of what waits, 1.3 KB a row where nothing is kept of what was said.
 */
export class LogPile {
  #bytes = Buffer.from(new ArrayBuffer(BYTES_MIN));
  /** Where each row ends, behind its comma. */
  #ends: number[] = [];
  #taken = 0;

  /** Rows that are not on their way yet. */
  get waiting(): number {
    return this.#ends.length - this.#taken;
  }

  /** out: false when there are too many: then it is left out. */
  add(row: NewSpendLogRow): boolean {
    if (this.#ends.length === ROWS_MAX) return false;
    const text = toText(row);
    const start = this.#startOf(this.#ends.length);
    const most = start + text.length * UTF8_BYTES_MAX;
    if (most > this.#bytes.length) this.#resize(2 * most);
    this.#ends.push(start + this.#bytes.write(text, start));
    return true;
  }

  /** The first of the rows. Those that were taken before are done with. */
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
