import { BlockCompressor } from './block-compressor.ts';
import type { PackedRecord } from './record-codec.ts';
import { realFiles, segmentName, type SegmentFile, type SegmentFiles } from './segment-files.ts';
import {
  appendBlock,
  BLOCK_BYTES_MAX,
  BLOCK_HEADER_BYTES,
  BlockBuilder,
  GatheredBytes,
  lengthOf,
  RECORD_BYTES_MAX,
  SEGMENT_MARK,
  type Scrub,
} from './segment-format.ts';

/** Where records go. */
export interface RecordWriterOptions {
  readonly dir: string;
  /** The most that all segments of the folder may take; the oldest are removed to make room. */
  readonly bytesMax: number;
  readonly files?: SegmentFiles;
  readonly nowMs?: () => number;
  /** Called when writing begins to fail, and when it succeeds again. */
  readonly onDisk?: (state: DiskState) => void;
}

/** Whether records reach the disk. */
export type DiskState = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Counts of records since the writer was made. */
export interface RecordCounts {
  readonly written: number;
  /** Records that were lost: writing failed, they came faster than the disk writes, or they were too large. */
  readonly dropped: number;
  /** Bytes written, compressed. */
  readonly bytes: number;
}

/** A block that is not full is written after this time, which bounds what a crash loses. */
const FLUSH_MS = 500;
/** Full blocks are written together once they have this size, because a write costs more than its bytes. */
const WRITE_BYTES = 262_144;
/** The most bytes, uncompressed, that may wait for the disk. */
const WAITING_BYTES_MAX = 64 * 1_048_576;
/** The most empty blocks whose memory is kept for the next ones. */
const FREE_BLOCKS_MAX = 8;
const SEGMENT_BYTES_MAX = 64 * 1_048_576;
/** The fewest segments that share the room, so that removing one drops only a small part. */
const SEGMENTS_MIN = 8;
/** The fewest blocks that fit into the room even if they do not compress. */
const BLOCKS_MIN = 16;

/**
 * Writes records to segment files: gathers them in blocks, and compresses and writes these one after the other, off the main thread.
 *
 * Nothing here rejects or throws: records that cannot be written are dropped and counted.
 */
export class RecordWriter {
  readonly counts: { -readonly [name in keyof RecordCounts]: number } = { written: 0, dropped: 0, bytes: 0 };
  readonly #options: RecordWriterOptions;
  readonly #files: SegmentFiles;
  readonly #nowMs: () => number;
  readonly #blockBytesMax: number;
  readonly #segmentBytesMax: number;
  readonly #compressor = new BlockCompressor();
  #block = new BlockBuilder();
  /** Blocks that wait to be compressed, and their size. */
  #sealed: BlockBuilder[] = [];
  #sealedBytes = 0;
  #free: BlockBuilder[] = [];
  /** Compressed blocks that wait to be written. */
  readonly #batch = new GatheredBytes(WRITE_BYTES);
  #batchRecords = 0;
  /** Whether the batch is to be written although it is not full. */
  #isDue = false;
  #timer: NodeJS.Timeout | undefined;
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
    this.#segmentBytesMax = Math.min(SEGMENT_BYTES_MAX, Math.ceil(options.bytesMax / SEGMENTS_MIN));
  }

  /** Adds a record to the block. cost: a copy of its bytes. */
  append(record: PackedRecord, scrub?: Scrub): void {
    const length = lengthOf(record);
    if (length > RECORD_BYTES_MAX) {
      this.counts.dropped += 1;
      return;
    }
    if (this.#block.length + length > this.#blockBytesMax) this.#seal();
    this.#block.append(record, length, scrub);
    this.#timer ??= setTimeout(() => this.#writeAll(), FLUSH_MS);
  }

  /** Writes all records; resolves once they are on disk or were dropped. */
  async flush(): Promise<void> {
    this.#writeAll();
    while (this.#draining !== undefined) await this.#draining;
  }

  /** Flushes, and closes the file. */
  async close(): Promise<void> {
    await this.flush();
    this.#compressor.close();
    await this.#closeSegment();
  }

  #writeAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = true;
    this.#seal();
  }

  /** Ends the block. It is dropped if too much waits already. */
  #seal(): void {
    const block = this.#block;
    if (block.records > 0 && this.#sealedBytes + block.length > WAITING_BYTES_MAX) {
      this.counts.dropped += block.records;
      block.clear();
    } else if (block.records > 0) {
      this.#sealedBytes += block.length;
      this.#sealed.push(block);
      this.#block = this.#free.pop() ?? new BlockBuilder();
    }
    this.#drainSoon();
  }

  #drainSoon(): void {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
      // Something may have come after the last check.
      if (this.#sealed.length > 0 || this.#isDue) this.#drainSoon();
    });
  }

  async #drain(): Promise<void> {
    for (;;) {
      const block = this.#sealed.shift();
      if (block !== undefined) {
        await this.#compress(block);
        this.#recycle(block);
      } else if (this.#isDue) {
        this.#isDue = false;
        await this.#writeBatch();
      } else return;
    }
  }

  #recycle(block: BlockBuilder): void {
    this.#sealedBytes -= block.length;
    block.clear();
    if (this.#free.length < FREE_BLOCKS_MAX) this.#free.push(block);
  }

  /** Adds a block to the batch, which is written first if it has no room for it. */
  async #compress({ raw, records }: BlockBuilder): Promise<void> {
    try {
      const payload = await this.#compressor.compress(raw);
      const bytes = payload.reduce((sum, { length }) => sum + length, BLOCK_HEADER_BYTES);
      if (this.#batch.length + bytes > Math.min(WRITE_BYTES, this.#segmentBytesMax)) await this.#writeBatch();
      appendBlock(this.#batch, payload, raw.length, records);
      this.#batchRecords += records;
    } catch (error) {
      this.#fail(records, error);
    }
  }

  async #writeBatch(): Promise<void> {
    const [bytes, records] = [this.#batch.raw, this.#batchRecords];
    if (records === 0) return;
    try {
      const segment = await this.#segmentFor(bytes.length);
      await segment.write(bytes, this.#segmentBytes);
      this.#segmentBytes += bytes.length;
      this.counts.written += records;
      this.counts.bytes += bytes.length;
      this.#tell({ ok: true });
    } catch (error) {
      this.#fail(records, error);
      // The next block overwrites the rest of this one; should there be none, a reader skips it.
      await this.#segment?.truncate(this.#segmentBytes).catch(() => undefined);
    } finally {
      this.#batch.clear();
      this.#batchRecords = 0;
    }
  }

  #fail(records: number, error: unknown): void {
    this.counts.dropped += records;
    this.#tell({ ok: false, message: error instanceof Error ? error.message : String(error) });
  }

  async #segmentFor(bytes: number): Promise<SegmentFile> {
    const { dir, bytesMax } = this.#options;
    if (this.#segment !== undefined && this.#segmentBytes + bytes <= this.#segmentBytesMax) return this.#segment;
    await this.#closeSegment();
    if (SEGMENT_MARK.length + bytes > bytesMax) throw new Error(`a block of ${bytes} bytes is more than max_bytes allows`);
    this.#segments += 1;
    const segment = await this.#files.create(dir, segmentName(this.#nowMs(), process.pid, this.#segments));
    this.#segment = segment;
    this.#segmentBytes = 0;
    await this.#makeRoom(Math.max(this.#segmentBytesMax, SEGMENT_MARK.length + bytes));
    await segment.write(SEGMENT_MARK, 0);
    this.#segmentBytes = SEGMENT_MARK.length;
    return segment;
  }

  /** Removes the oldest segments until a new one of this size fits. */
  async #makeRoom(bytes: number): Promise<void> {
    const { dir, bytesMax } = this.#options;
    const segments = await this.#files.list(dir);
    let total = segments.reduce((sum, segment) => sum + segment.bytes, 0);
    // The last segment is the one just begun.
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
