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
/** Blocks that are full are written together from this size on: to hand a write to the disk costs more than its bytes do. */
const WRITE_BYTES = 262_144;
/** Compressed bytes that may wait for the disk. */
const WAITING_BYTES_MAX = 64 * 1_048_576;
const SEGMENT_BYTES_MAX = 64 * 1_048_576;
/** So many segments at least share the room, so that making room drops a small part of what is kept. */
const SEGMENTS_MIN = 8;
/** So many blocks at least go into that room, should nothing of them compress. */
const BLOCKS_MIN = 16;
const COMPRESS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A compressed block on its way to the disk. */
interface FramedBlock {
  readonly bytes: Buffer;
  readonly records: number;
}

/**
 * Writes records to segment files: gathered in a block, compressed, and written some blocks at a time. A block is small enough to
 * be compressed between two calls: a thread of its own costs more than it takes away (measured: half
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

  /** Adds a record to the block. Costs a copy of its bytes, and the compression of the block that it does not fit into any more. */
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

  /** Writes what there is; resolves when it is on disk, or was dropped. */
  async flush(): Promise<void> {
    this.#seal();
    while (this.#draining !== undefined) await this.#draining;
  }

  /** The same, and closes the file. */
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
      // One may have come after the last look.
      if (this.#waiting.length > 0) this.#drainSoon();
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#write(this.#nextBatch());
  }

  /** As many blocks as are written at once, one at least. */
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
      // The next block is written over what is left of this one; should it never come, a reader skips it.
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
