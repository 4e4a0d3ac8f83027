import { packPieces, PIECE_BYTES, UNITS_PER_MS } from './record-codec.ts';

/** The size of the memory that pieces are copied to; the body of a stream seldom needs more than one chunk. */
const CHUNK_BYTES = 16_384;
/** The most pieces of a chunk, for streams of very small pieces. */
const CHUNK_PIECES = 256;
/** Larger pieces are kept by reference, as there are few of them. */
const COPIED_LENGTH_MAX = 4_096;
/** The most UTF-8 bytes of one UTF-16 code unit. */
const BYTES_PER_UNIT = 3;
/** The most free chunks that are kept for later tapes. */
const FREE_MAX = 512;

/** Memory for pieces, and for their lengths and times in the form of `packPieces`. */
class Chunk {
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  readonly table: Buffer = Buffer.allocUnsafeSlow(CHUNK_PIECES * PIECE_BYTES);
  readonly view: DataView = new DataView(this.table.buffer);
}

/** The size of all tapes that are not packed yet, and a pool of memory for their pieces. */
export class TapeMemory {
  /** In characters or bytes. */
  length = 0;
  readonly #free: Chunk[] = [];

  take(): Chunk {
    return this.#free.pop() ?? new Chunk();
  }

  /** Takes back chunks that are no longer read. */
  give(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) if (this.#free.length < FREE_MAX) this.#free.push(chunk);
  }
}

/**
 * A body as it is received or sent. A single piece is kept by reference. The pieces of a stream are copied into one chunk, which costs less
 * than to have the garbage collector trace each of them (measured: most of that in V8's own threads).
 */
export class TapedBody {
  /** The time of the last piece, in hundredths of a millisecond since the call began. */
  lastTime = 0;
  /** The only piece so far. */
  #only: string | Uint8Array | undefined;
  /** Undefined until a second piece comes, as are `#tables` and `#chunks`. */
  #parts: (string | Uint8Array)[] | undefined;
  #tables: Uint8Array[] | undefined;
  #chunks: Chunk[] | undefined;
  #chunk: Chunk | undefined;
  /** The range of the current chunk that is not in `#parts` yet. */
  #from = 0;
  #to = 0;
  /** The same for its table. */
  #tableFrom = 0;
  #tableTo = 0;

  /** Adds a piece. out: its size in memory. */
  add(piece: string | Uint8Array, atMs: number, memory: TapeMemory): number {
    const time = Math.round(atMs * UNITS_PER_MS);
    const only = this.#only;
    if (this.#chunk === undefined && only === undefined) {
      this.#only = piece;
      this.lastTime = time;
      return piece.length;
    }
    this.#only = undefined;
    const taken = only === undefined ? 0 : this.#put(only, this.lastTime, memory);
    this.lastTime = time;
    return taken + this.#put(piece, time, memory);
  }

  /** The body in order, in buffers that mostly hold several pieces each. */
  parts(): readonly (string | Uint8Array)[] {
    if (this.#only !== undefined) return [this.#only];
    this.#endPart();
    return this.#parts ?? [];
  }

  /** Lengths and times of the pieces in the form of `packPieces`, in several buffers. */
  pieces(): readonly Uint8Array[] {
    if (this.#only !== undefined) return [packPieces([Buffer.byteLength(this.#only)], [this.lastTime])];
    this.#endTable();
    return this.#tables ?? [];
  }

  /** Releases its memory. The buffers from `parts` and `pieces` must not be read afterwards. */
  release(memory: TapeMemory): void {
    if (this.#chunks !== undefined) memory.give(this.#chunks);
  }

  #put(piece: string | Uint8Array, time: number, memory: TapeMemory): number {
    const { length } = piece;
    const isText = typeof piece === 'string';
    const isCopied = length <= COPIED_LENGTH_MAX;
    const room = isCopied ? (isText ? length * BYTES_PER_UNIT : length) : 0;
    const isFull = this.#chunk === undefined || this.#to + room > CHUNK_BYTES || this.#tableTo === CHUNK_PIECES * PIECE_BYTES;
    const chunk = this.#chunk === undefined || isFull ? this.#begin(memory) : this.#chunk;
    let written = length;
    if (!isCopied) {
      this.#endPart();
      (this.#parts ??= []).push(piece);
      if (isText) written = Buffer.byteLength(piece);
    } else {
      if (isText) written = chunk.bytes.write(piece, this.#to);
      else chunk.bytes.set(piece, this.#to);
      this.#to += written;
    }
    chunk.view.setUint32(this.#tableTo, written, true);
    chunk.view.setUint32(this.#tableTo + 4, Math.min(time, 0xffff_ffff), true);
    this.#tableTo += PIECE_BYTES;
    return (isFull ? CHUNK_BYTES : 0) + (isCopied ? 0 : length);
  }

  #begin(memory: TapeMemory): Chunk {
    this.#endPart();
    this.#endTable();
    const chunk = memory.take();
    (this.#chunks ??= []).push(chunk);
    this.#chunk = chunk;
    this.#from = 0;
    this.#to = 0;
    this.#tableFrom = 0;
    this.#tableTo = 0;
    return chunk;
  }

  #endPart(): void {
    if (this.#chunk === undefined || this.#from === this.#to) return;
    (this.#parts ??= []).push(this.#chunk.bytes.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }

  #endTable(): void {
    if (this.#chunk === undefined || this.#tableFrom === this.#tableTo) return;
    (this.#tables ??= []).push(this.#chunk.table.subarray(this.#tableFrom, this.#tableTo));
    this.#tableFrom = this.#tableTo;
  }
}
