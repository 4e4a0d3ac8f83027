/** Memory that pieces are copied to; a body of a stream seldom takes more than one. */
const CHUNK_BYTES = 16_384;
/** A larger piece is kept by reference: it is its own memory, and there are few of them. */
const COPIED_LENGTH_MAX = 4_096;
/** Bytes that a text of one unit may come to. */
const BYTES_PER_UNIT = 3;
/** Chunks kept for the next tapes. */
const FREE_MAX = 512;
const UNITS_PER_MS = 100;

/** What all tapes hold that have not been packed, and memory for their pieces, used again and again. */
export class TapeMemory {
  /** In characters or bytes. */
  length = 0;
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  /** Takes memory back that nobody reads any more. */
  give(chunks: readonly Buffer[]): void {
    for (const chunk of chunks) if (this.#free.length < FREE_MAX) this.#free.push(chunk);
  }
}

/**
 * A body as it comes or goes. What comes in one piece is kept by reference; the pieces of a stream are copied, one behind the
 * other: a collector that finds each of them alive costs more (measured: most of it in V8's own threads).
 */
export class TapedBody {
  /** Of each piece, in bytes. */
  readonly lengths: number[] = [];
  /** When each piece came or went: hundredths of a millisecond since the call began. */
  readonly times: number[] = [];
  readonly #parts: (string | Uint8Array)[] = [];
  readonly #chunks: Buffer[] = [];
  #chunk: Buffer | undefined;
  /** The part of the chunk that is not among the parts yet. */
  #from = 0;
  #to = 0;

  /** Adds a piece; gives what it takes in memory. */
  add(piece: string | Uint8Array, atMs: number, memory: TapeMemory): number {
    this.times.push(Math.round(atMs * UNITS_PER_MS));
    const bytes = typeof piece === 'string' ? piece.length * BYTES_PER_UNIT : piece.length;
    if (this.lengths.length === 0 || piece.length > COPIED_LENGTH_MAX) {
      this.#endPart();
      this.#parts.push(piece);
      this.lengths.push(typeof piece === 'string' ? Buffer.byteLength(piece) : bytes);
      return piece.length;
    }
    const isFull = this.#chunk === undefined || this.#to + bytes > CHUNK_BYTES;
    const chunk = this.#chunk === undefined || isFull ? this.#begin(memory) : this.#chunk;
    let written = bytes;
    if (typeof piece === 'string') written = chunk.write(piece, this.#to);
    else chunk.set(piece, this.#to);
    this.#to += written;
    this.lengths.push(written);
    return isFull ? CHUNK_BYTES : 0;
  }

  /** All pieces, in order; few of them stand alone. */
  parts(): readonly (string | Uint8Array)[] {
    this.#endPart();
    return this.#parts;
  }

  /** Gives its memory back. What `parts` gave must not be read any more. */
  release(memory: TapeMemory): void {
    memory.give(this.#chunks);
  }

  #begin(memory: TapeMemory): Buffer {
    this.#endPart();
    const chunk = memory.take();
    this.#chunks.push(chunk);
    this.#chunk = chunk;
    this.#from = 0;
    this.#to = 0;
    return chunk;
  }

  #endPart(): void {
    if (this.#chunk === undefined || this.#from === this.#to) return;
    this.#parts.push(this.#chunk.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }
}
