import { constants, zstdCompressSync } from 'node:zlib';
import type { PackedRecord } from './record-codec.ts';
import { realFiles, segmentName, type SegmentFile, type SegmentFiles } from './segment-files.ts';
import { BLOCK_BYTES_MAX, BlockBuilder, frameBlock, lengthOf, RECORD_BYTES_MAX, SEGMENT_MARK, type Scrub } from './segment-format.ts';

/** Where records go. */
export interface RecordWriterOptions {
  readonly dir: string;
  /** All segments of the folder together; the oldest make room. */
  readonly bytesMax: number;
  readonly files?: SegmentFiles;
  readonly nowMs?: () => number;
  /** Told when the disk takes no more, and when it does again. */
  readonly onDisk?: (state: DiskState) => void;
}

/** Whether records reach the disk. */
export type DiskState = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** What has become of records since the writer was made. */
export interface RecordCounts {
  readonly written: number;
  /** Not kept: the disk did not take them, or they came faster than it does, or they were larger than a record may be. */
  readonly dropped: number;
  /** On disk, compressed. */
  readonly bytes: number;
}

/** A block that is not full is written after this time: what a crash may lose, at most, with room for the write. */
const FLUSH_MS = 500;
/** Uncompressed bytes that may wait for the disk. */
const WAITING_BYTES_MAX = 64 * 1_048_576;
const SEGMENT_BYTES_MAX = 64 * 1_048_576;
/** So many segments at least share the room, so that making room drops a small part of what is kept. */
const SEGMENTS_MIN = 8;
/** So many blocks at least go into that room, should nothing of them compress. */
const BLOCKS_MIN = 16;
/** So many blocks' memory is kept for the next ones: one is filled while others wait for the disk, and old memory is freed by full collections alone. */
const FREE_MAX = 8;
const COMPRESS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * Writes records to segment files: gathered in a block, compressed and written block after block. A block is small enough to be
 * compressed between two calls: a thread of its own costs more than it takes away (measured: half
 * again as much CPU, for memory that two cores have to share).
 *
 * Nothing here rejects or throws: what cannot be written is dropped and counted.
 */
export class RecordWriter {
  readonly counts: { -readonly [name in keyof RecordCounts]: number } = { written: 0, dropped: 0, bytes: 0 };
  readonly #options: RecordWriterOptions;
  readonly #files: SegmentFiles;
  readonly #nowMs: () => number;
  readonly #blockBytesMax: number;
  #block: BlockBuilder | undefined;
  /** Memory of blocks that are written: fresh memory costs the kernel more than the copy into it. */
  readonly #free: Buffer[] = [];
  /** Memory of the block that was written last; one is written at a time. */
  #frame: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waiting: BlockBuilder[] = [];
  #waitingBytes = 0;
  #draining: Promise<void> | undefined;
  #segment: SegmentFile | undefined;
  #segmentBytes = 0;
  #segments = 0;
  #disk: DiskState = { ok: true };

  constructor(options: RecordWriterOptions) {
    this.#options = options;
    this.#files = options.files ?? realFiles;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#blockBytesMax = Math.min(BLOCK_BYTES_MAX, Math.ceil(options.bytesMax / BLOCKS_MIN));
  }

  /** Adds a record to the block. Costs a copy of its bytes; the rest happens later. */
  append(record: PackedRecord, scrub?: Scrub): void {
    const length = lengthOf(record);
    if (length > RECORD_BYTES_MAX) {
      this.counts.dropped += 1;
      return;
    }
    if (this.#block !== undefined && this.#block.length + length > this.#blockBytesMax) this.#seal();
    this.#block ??= new BlockBuilder(this.#free.pop() ?? Buffer.allocUnsafe(BLOCK_BYTES_MAX));
    this.#block.append(record, length, scrub);
    this.#timer ??= setTimeout(() => this.#seal(), FLUSH_MS);
  }

  /** Writes what there is; resolves when it is on disk, or was dropped. */
  async flush(): Promise<void> {
    this.#seal();
    await this.#draining;
  }

  /** The same, and closes the file. */
  async close(): Promise<void> {
    await this.flush();
    await this.#closeSegment();
  }

  #seal(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const block = this.#block;
    if (block === undefined) return;
    this.#block = undefined;
    if (this.#waitingBytes + block.length > WAITING_BYTES_MAX) {
      this.counts.dropped += block.records;
      return;
    }
    this.#waitingBytes += block.length;
    this.#waiting.push(block);
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
  }

  async #drain(): Promise<void> {
    for (let block = this.#waiting.shift(); block !== undefined; block = this.#waiting.shift()) {
      await this.#write(block);
      this.#waitingBytes -= block.length;
      if (this.#free.length < FREE_MAX) this.#free.push(block.memory);
    }
  }

  async #write({ raw, records }: BlockBuilder): Promise<void> {
    try {
      const payload = zstdCompressSync(raw, { ...COMPRESS, pledgedSrcSize: raw.length });
      const framed = frameBlock(payload, raw.length, records, this.#frame);
      this.#frame = framed;
      const segment = await this.#segmentFor(framed.length);
      await segment.write(framed, this.#segmentBytes);
      this.#segmentBytes += framed.length;
      this.counts.written += records;
      this.counts.bytes += framed.length;
      this.#tell({ ok: true });
    } catch (error) {
      this.counts.dropped += records;
      this.#tell({ ok: false, message: error instanceof Error ? error.message : String(error) });
      // The next block is written over what is left of this one; should it never come, a reader skips it.
      await this.#segment?.truncate(this.#segmentBytes).catch(() => undefined);
    }
  }

  async #segmentFor(bytes: number): Promise<SegmentFile> {
    const { dir, bytesMax } = this.#options;
    const segmentBytesMax = Math.min(SEGMENT_BYTES_MAX, Math.ceil(bytesMax / SEGMENTS_MIN));
    if (this.#segment !== undefined && this.#segmentBytes + bytes <= segmentBytesMax) return this.#segment;
    await this.#closeSegment();
    if (SEGMENT_MARK.length + bytes > bytesMax) throw new Error(`a block of ${bytes} bytes is more than max_bytes allows`);
    this.#segments += 1;
    const segment = await this.#files.create(dir, segmentName(this.#nowMs(), process.pid, this.#segments));
    this.#segment = segment;
    this.#segmentBytes = 0;
    await this.#makeRoom(Math.max(segmentBytesMax, SEGMENT_MARK.length + bytes));
    await segment.write(SEGMENT_MARK, 0);
    this.#segmentBytes = SEGMENT_MARK.length;
    return segment;
  }

  /** Removes the oldest segments until a new one of this size fits. */
  async #makeRoom(bytes: number): Promise<void> {
    const { dir, bytesMax } = this.#options;
    const segments = await this.#files.list(dir);
    let total = segments.reduce((sum, segment) => sum + segment.bytes, 0);
    // The last one is the one just begun.
    for (const segment of segments.slice(0, -1)) {
      if (total + bytes <= bytesMax) return;
      await this.#files.remove(dir, segment.name);
      total -= segment.bytes;
    }
  }

  async #closeSegment(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    await segment?.close().catch(() => undefined);
  }

  #tell(state: DiskState): void {
    if (state.ok === this.#disk.ok) return;
    this.#disk = state;
    this.#options.onDisk?.(state);
  }
}
