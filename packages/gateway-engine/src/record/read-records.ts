import type { FileHandle } from 'node:fs/promises';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32, zstdDecompressSync } from 'node:zlib';
import type { CallRecord } from './call-record.ts';
import { unpackRecord } from './record-codec.ts';
import {
  BLOCK_BYTES_MAX,
  BLOCK_HEADER_BYTES,
  BLOCK_MARK,
  isWholeBlock,
  readBlockHeader,
  RECORD_BYTES_MAX,
  RECORD_HEADER_BYTES,
  SEGMENT_MARK,
  SEGMENT_SUFFIX,
  type BlockHeader,
} from './segment-format.ts';

/** Something that could not be read, and was passed over. */
export interface RecordProblem {
  readonly file: string;
  /** Where in the file, in bytes. */
  readonly offset: number;
  /** `foreign`: no file or record of ours; `truncated`: it ends in the middle, as the newest file of a running gateway may. */
  readonly kind: 'foreign' | 'truncated' | 'corrupt' | 'too-large' | 'unreadable';
  /** The number of records lost with it, as far as it is known. */
  readonly records: number;
  /** For people. */
  readonly message: string;
}

/** The share of one of several readers: every `of`th record. All shares together are all records, each once. */
export interface RecordPart {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** How records are read. */
export interface ReadOptions {
  /** Called for everything that was skipped; with `part`, for what this part would have read. */
  readonly onProblem?: (problem: RecordProblem) => void;
  /** Absent: all records. Records of other parts are decompressed with their block, which is cheap, but not unpacked. */
  readonly part?: RecordPart;
}

/** The largest block, compressed or not: one record of the largest size, and a whole block besides. */
const BLOCK_LENGTH_MAX = RECORD_BYTES_MAX + BLOCK_BYTES_MAX;
/** Bytes that are searched at a time for the next block after a broken one. */
const SEARCH_BYTES = BLOCK_BYTES_MAX;

type Tell = (problem: Omit<RecordProblem, 'file'>) => void;

/** A whole block as it was written, not yet decompressed, and whom to tell what is wrong in it. */
interface PackedBlock {
  readonly offset: number;
  readonly header: BlockHeader;
  readonly payload: Buffer;
  readonly tell: Tell;
}

const WHOLE: RecordPart = { index: 0, of: 1 };

/** Deals records out. Every reader counts alike, whatever is damaged, so that each record and each problem belongs to exactly one. */
class Deal {
  readonly #part: RecordPart;
  #at = 0;

  constructor(part: RecordPart) {
    this.#part = part;
  }

  /** Whether the current record or problem belongs to this part. */
  get isOwn(): boolean {
    return this.#at % this.#part.of === this.#part.index;
  }

  next(): void {
    this.#at += 1;
  }
}

/**
 * Reads records, oldest first.
 *
 * in:     a folder of segments, or one segment file.
 * out:    every record that is intact. All else is reported to `onProblem` and skipped.
 * errors: rejects when the folder or file does not exist.
 * cost:   holds one block at a time.
 */
export async function* readRecords(path: string, { onProblem, part = WHOLE }: ReadOptions = {}): AsyncGenerator<CallRecord, void> {
  const deal = new Deal(part);
  const tell = (problem: RecordProblem): void => {
    if (deal.isOwn) onProblem?.(problem);
  };
  for await (const block of readBlocks(path, tell)) for (const record of unpackBlock(block, deal)) yield record;
}

/**
 * Counts records, as the headers of whole blocks say.
 *
 * in:     a folder of segments, or one segment file.
 * out:    how many `readRecords` gives, and those that turn out to be damaged within their block.
 * errors: rejects when the folder or file does not exist.
 * cost:   reads every block and checks its sum; decompresses none.
 */
export async function countRecords(path: string): Promise<number> {
  let count = 0;
  for await (const { header } of readBlocks(path, () => undefined)) count += header.records;
  return count;
}

/** Yields whole blocks, because each record that passes through an async generator waits for a turn. */
async function* readBlocks(path: string, onProblem: (problem: RecordProblem) => void): AsyncGenerator<PackedBlock, void> {
  const isFolder = (await stat(path)).isDirectory();
  const names = isFolder ? (await readdir(path)).toSorted() : [basename(path)];
  const folder = isFolder ? path : dirname(path);
  for (const name of names) {
    const tell: Tell = (problem) => onProblem({ file: name, ...problem });
    if (isFolder && !name.endsWith(SEGMENT_SUFFIX)) tell({ offset: 0, kind: 'foreign', records: 0, message: 'is no segment of records' });
    else yield* readSegment(join(folder, name), tell);
  }
}

async function* readSegment(path: string, tell: Tell): AsyncGenerator<PackedBlock, void> {
  let file: FileHandle | undefined;
  try {
    // To open a pipe would wait for somebody who writes into it.
    if (!(await stat(path)).isFile()) return tell({ offset: 0, kind: 'foreign', records: 0, message: 'is no file' });
    file = await open(path);
    const mark = await readAt(file, 0, SEGMENT_MARK.length);
    if (mark.equals(SEGMENT_MARK)) yield* readBlocksOf(file, tell);
    else if (mark.equals(SEGMENT_MARK.subarray(0, mark.length)))
      tell({ offset: mark.length, kind: 'truncated', records: 0, message: 'ends within its mark' });
    else tell({ offset: 0, kind: 'foreign', records: 0, message: 'does not begin as a segment of records does' });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    tell({ offset: 0, kind: 'unreadable', records: 0, message: error.message });
  } finally {
    await file?.close();
  }
}

async function* readBlocksOf(file: FileHandle, tell: Tell): AsyncGenerator<PackedBlock, void> {
  const { size } = await file.stat();
  let at = SEGMENT_MARK.length;
  while (at < size) {
    const bytes = await readAt(file, at, BLOCK_HEADER_BYTES);
    const header = readBlockHeader(bytes);
    if (header === undefined) {
      const next = await findBlock(file, at + 1, size);
      const isEnd = next === undefined && isBegunBlock(bytes);
      tell({ offset: at, kind: isEnd ? 'truncated' : 'corrupt', records: 0, message: isEnd ? 'ends within a block' : 'no block here' });
      at = next ?? size;
      continue;
    }
    const payload = await readBlock(file, at, bytes, header, size, tell);
    if (payload !== undefined) yield { offset: at, header, payload, tell };
    at = payload === undefined ? ((await findBlock(file, at + 1, size)) ?? size) : at + BLOCK_HEADER_BYTES + header.packedBytes;
  }
}

/** A block's payload as it was written; undefined after telling why not. */
async function readBlock(
  file: FileHandle,
  at: number,
  headerBytes: Buffer,
  header: BlockHeader,
  size: number,
  tell: Tell,
): Promise<Buffer | undefined> {
  const { packedBytes, rawBytes, records } = header;
  const problem = (kind: RecordProblem['kind'], message: string): undefined => void tell({ offset: at, kind, records, message });
  if (at + BLOCK_HEADER_BYTES + packedBytes > size) return problem('truncated', 'ends within a block');
  if (Math.max(packedBytes, rawBytes) > BLOCK_LENGTH_MAX) return problem('too-large', `a block of ${rawBytes} bytes`);
  const payload = await readAt(file, at + BLOCK_HEADER_BYTES, packedBytes);
  return isWholeBlock(headerBytes, payload, header) ? payload : problem('corrupt', 'the checksum of a block is wrong');
}

/** The records of a whole block; what is not as its header says is told. */
function* unpackBlock({ offset, header, payload, tell }: PackedBlock, deal: Deal): Generator<CallRecord, void> {
  const { records } = header;
  const raw = decompress(payload, header);
  if (typeof raw === 'string') return tell({ offset, kind: 'corrupt', records, message: raw });
  let at = 0;
  for (let seen = 0; at < raw.length; seen += 1) {
    const from = at + RECORD_HEADER_BYTES;
    const end = from <= raw.length ? from + raw.readUInt32LE(at) : Infinity;
    if (end > raw.length) {
      tell({ offset, kind: 'corrupt', records: Math.max(records - seen, 1), message: 'a record runs over the end of its block' });
      return;
    }
    if (deal.isOwn) {
      const bytes = raw.subarray(from, end);
      const sound = crc32(bytes) === raw.readUInt32LE(at + 4);
      const record = sound ? unpackRecord(bytes) : 'its checksum is wrong';
      if (typeof record === 'string') {
        const message = `record ${seen + 1} of its block: ${record}`;
        tell({ offset, kind: sound ? 'foreign' : 'corrupt', records: 1, message });
      } else yield record;
    }
    deal.next();
    at = end;
  }
}

/** A block's bytes, or what is wrong with them. */
function decompress(payload: Buffer, { rawBytes }: BlockHeader): Buffer | string {
  try {
    // The header bounds the size, so that a payload cannot decompress to more than it declares.
    const raw = zstdDecompressSync(payload, { maxOutputLength: Math.max(rawBytes, 1) });
    return raw.length === rawBytes ? raw : 'a block is shorter than it says';
  } catch {
    return 'a block does not decompress to what it says';
  }
}

/** The offset of the next block; undefined where there is none. */
async function findBlock(file: FileHandle, from: number, size: number): Promise<number | undefined> {
  for (let at = from; at < size; at += SEARCH_BYTES - BLOCK_MARK.length) {
    const found = (await readAt(file, at, Math.min(SEARCH_BYTES, size - at))).indexOf(BLOCK_MARK);
    if (found !== -1) return at + found;
  }
  return undefined;
}

function isBegunBlock(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, BLOCK_MARK.length);
  return bytes.length < BLOCK_HEADER_BYTES && bytes.subarray(0, length).equals(BLOCK_MARK.subarray(0, length));
}

/** Reads up to `length` bytes; fewer at the end of the file. */
async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}
