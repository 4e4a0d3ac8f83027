import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
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
/** The size of a block, unless one row is larger. V8 puts strings from 128 KB on in a space where they outlive their statement. */
const BLOCK_BYTES = 65_536;
/** Blocks that wait as they are: a batch that is being written and what comes meanwhile. What comes after them waits packed, at a thirtieth. */
const PLAIN_BLOCKS_MAX = 32;
/** zlib writes into memory of this size: enough for a block, and too large for Node's pool. */
const CHUNK = { chunkSize: 2 * BLOCK_BYTES };
const PACKING = { ...CHUNK, params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** What the reference writes in place of contents that are not kept. */
const NOTHING_SAID = { messages: {}, response: {}, proxy_server_request: {} };

/** Rows that are written by one statement. */
interface Block {
  readonly rows: number;
  /** JSON, each row followed by a comma. */
  readonly bytes: Buffer<ArrayBuffer>;
  /** Whether the bytes are compressed (zstd). */
  readonly isPacked: boolean;
}

/**
 * Rows of the call log until they are written, as JSON in memory outside of V8's heap. In the heap they would live just long enough to be
 * promoted to the old generation, and stay until the next full collection (measured: 3 KB for each call).
 *
 * cost: the bytes of the rows, 1.3 KB each where prompts and answers are not kept, up to 2 MB; of those beyond, 50 bytes and 2 µs each.
 */
export class LogPile {
  /** The oldest first. */
  readonly #blocks: Block[] = [];
  #open: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #openRows = 0;
  #openBytes = 0;
  #rows = 0;
  #taken = { blocks: 0, rows: 0 };

  /** The number of rows that have not been taken yet. */
  get waiting(): number {
    return this.#rows - this.#taken.rows;
  }

  /** Adds a row. out: false where there are too many, so that it is dropped. */
  add(row: NewSpendLogRow): boolean {
    if (this.#rows === ROWS_MAX) return false;
    this.#rows += 1;
    const text = toText(row);
    const bytes = Buffer.byteLength(text);
    if (this.#openBytes + bytes > BLOCK_BYTES) this.#closeOpen();
    if (bytes > BLOCK_BYTES) {
      this.#blocks.push(pack(1, Buffer.from(text)));
    } else {
      this.#open.write(text, this.#openBytes);
      this.#openRows += 1;
      this.#openBytes += bytes;
    }
    return true;
  }

  /** Takes the first rows, and drops those that were taken before. */
  take(): LogRows {
    this.#drop();
    if (this.#rows <= ROWS_PER_BATCH) this.#closeOpen();
    const taken: Block[] = [];
    let length = 0;
    for (const block of this.#blocks) {
      if (length + block.rows > ROWS_PER_BATCH) break;
      length += block.rows;
      taken.push(block);
    }
    this.#taken = { blocks: taken.length, rows: length };
    return { length, texts: () => taken.map(toStatement) };
  }

  #closeOpen(): void {
    if (this.#openRows === 0) return;
    const bytes = this.#open.subarray(0, this.#openBytes);
    if (this.#blocks.length < PLAIN_BLOCKS_MAX) {
      this.#blocks.push({ rows: this.#openRows, bytes, isPacked: false });
      this.#open = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    } else {
      this.#blocks.push(pack(this.#openRows, bytes));
    }
    this.#openRows = 0;
    this.#openBytes = 0;
  }

  #drop(): void {
    for (const { bytes } of this.#blocks.splice(0, this.#taken.blocks)) release(bytes);
    this.#rows -= this.#taken.rows;
    this.#taken = { blocks: 0, rows: 0 };
  }
}

function pack(rows: number, plain: Buffer): Block {
  const packed = zstdCompressSync(plain, { ...PACKING, pledgedSrcSize: plain.length });
  const bytes = Buffer.allocUnsafeSlow(packed.length);
  packed.copy(bytes);
  release(packed);
  return { rows, bytes, isPacked: true };
}

function toStatement({ bytes, isPacked }: Block): string {
  if (!isPacked) return withoutLastComma(bytes);
  const plain = zstdDecompressSync(bytes, CHUNK);
  const text = withoutLastComma(plain);
  release(plain);
  return text;
}

function withoutLastComma(bytes: Buffer): string {
  return bytes.toString('utf8', 0, bytes.length - 1);
}

/**
 * Frees memory now. It hangs on what has become old while it waited, and what zlib has written hangs on an object that Node lets go late:
 * both would stay until the next full collection (measured: tens of megabytes).
 */
function release({ buffer }: Buffer<ArrayBuffer>): void {
  buffer.transfer(0);
}

function toText(row: NewSpendLogRow): string {
  return `${JSON.stringify({ ...NOTHING_SAID, ...row, updated_at: row.endTime })},`;
}
