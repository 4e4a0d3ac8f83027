import { constants, zstdCompressSync } from 'node:zlib';
import type { PackedRecord } from './record-codec.ts';
import { realFiles, segmentName, type SegmentFile, type SegmentFiles } from './segment-files.ts';
import { BLOCK_BYTES_MAX, BlockBuilder, frameBlock, lengthOf, RECORD_BYTES_MAX, SEGMENT_MARK, type Scrub } from './segment-format.ts';

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
/** The most compressed bytes that may wait for the disk. */
const WAITING_BYTES_MAX = 64 * 1_048_576;
const SEGMENT_BYTES_MAX = 64 * 1_048_576;
/** The fewest segments that share the room, so that removing one drops only a small part. */
const SEGMENTS_MIN = 8;
/** The fewest blocks that fit into the room even if they do not compress. */
const BLOCKS_MIN = 16;
const COMPRESS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A compressed block on its way to the disk. */
interface FramedBlock {
  readonly bytes: Buffer;
  readonly records: number;
}

/**
 * Writes records to segment files: gathers them in blocks, compresses these, and writes several at a time. Blocks are small enough to be
 * compressed on the main thread between two calls; a thread of its own was measured to cost half again as much CPU.
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
  readonly #block = new BlockBuilder();
  #timer: NodeJS.Timeout | undefined;
  #waiting: FramedBlock[] = [];
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
    this.#segmentBytesMax = Math.min(SEGMENT_BYTES_MAX, Math.ceil(options.bytesMax / SEGMENTS_MIN));
  }

  /** Adds a record to the block. cost: a copy of its bytes, and the compression of the current block when that is full. */
  append(record: PackedRecord, scrub?: Scrub): void {
    const length = lengthOf(record);
    if (length > RECORD_BYTES_MAX) {
      this.counts.dropped += 1;
      return;
    }
    if (this.#block.length + length > this.#blockBytesMax) this.#compress();
    this.#block.append(record, length, scrub);
    if (this.#waitingBytes >= WRITE_BYTES) this.#drainSoon();
    this.#timer ??= setTimeout(() => this.#seal(), FLUSH_MS);
  }

  /** Writes all records; resolves once they are on disk or were dropped. */
  async flush(): Promise<void> {
    this.#seal();
    while (this.#draining !== undefined) await this.#draining;
  }

  /** Flushes, and closes the file. */
  async close(): Promise<void> {
    await this.flush();
    await this.#closeSegment();
  }

  #seal(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#compress();
    this.#drainSoon();
  }

  #compress(): void {
    const { raw, records } = this.#block;
    if (records === 0) return;
    const payload = zstdCompressSync(raw, { ...COMPRESS, pledgedSrcSize: raw.length });
    const bytes = frameBlock(payload, raw.length, records);
    this.#block.clear();
    if (this.#waitingBytes + bytes.length > WAITING_BYTES_MAX) {
      this.counts.dropped += records;
      return;
    }
    this.#waitingBytes += bytes.length;
    this.#waiting.push({ bytes, records });
  }

  #drainSoon(): void {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
      // A block may have come after the last check.
      if (this.#waiting.length > 0) this.#drainSoon();
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#write(this.#nextBatch());
  }

  /** The blocks of the next write; at least one. */
  #nextBatch(): FramedBlock {
    const bytesMax = Math.min(WRITE_BYTES, this.#segmentBytesMax);
    let length = 0;
    let count = 0;
    for (const { bytes } of this.#waiting) {
      if (count > 0 && length + bytes.length > bytesMax) break;
      length += bytes.length;
      count += 1;
    }
    const batch = this.#waiting.splice(0, count);
    const records = batch.reduce((sum, block) => sum + block.records, 0);
    return { bytes: Buffer.concat(batch.map(({ bytes }) => bytes)), records };
  }

  async #write({ bytes, records }: FramedBlock): Promise<void> {
    try {
      const segment = await this.#segmentFor(bytes.length);
      await segment.write(bytes, this.#segmentBytes);
      this.#segmentBytes += bytes.length;
      this.counts.written += records;
      this.counts.bytes += bytes.length;
      this.#tell({ ok: true });
    } catch (error) {
      this.counts.dropped += records;
      this.#tell({ ok: false, message: error instanceof Error ? error.message : String(error) });
      // The next block overwrites the rest of this one; should there be none, a reader skips it.
      await this.#segment?.truncate(this.#segmentBytes).catch(() => undefined);
    } finally {
      this.#waitingBytes -= bytes.length;
    }
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
