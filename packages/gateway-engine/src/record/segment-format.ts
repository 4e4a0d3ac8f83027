import { crc32 } from 'node:zlib';
import { HEAD_LENGTH_BYTES, type PackedRecord } from './record-codec.ts';

/**
 * A segment file: a mark, then blocks. A block: a header of its own (mark, length of the payload, length once decompressed,
 * records, CRC-32 of these and of the payload), then its payload, zstd over many records. A record in it: length, CRC-32, bytes.
 *
 * Blocks have marks so that a reader finds the next one after a broken one. All numbers are 4 bytes, little-endian.
 */
export const SEGMENT_MARK: Buffer = Buffer.from('STAGEGATE-REC\x00\x01\n', 'latin1');

/** The suffix of segment files. */
export const SEGMENT_SUFFIX = '.sgrec';

export const BLOCK_MARK: Buffer = Buffer.from('\x93SGBLK\r\n', 'latin1');
export const BLOCK_HEADER_BYTES: number = BLOCK_MARK.length + 16;
export const RECORD_HEADER_BYTES = 8;

/** The size of a block before compression, unless a single record is larger. */
export const BLOCK_BYTES_MAX = 524_288;
/** The size of the largest record that is kept: a reader holds one at a time, whole. */
export const RECORD_BYTES_MAX = 67_108_864;

/** A block's header. */
export interface BlockHeader {
  readonly packedBytes: number;
  readonly rawBytes: number;
  readonly records: number;
  readonly crc: number;
}

/** Appends a block. in: its payload, compressed, in one or more parts. */
export function appendBlock(to: GatheredBytes, payload: readonly Uint8Array[], rawBytes: number, records: number): void {
  const packedBytes = payload.reduce((sum, { length }) => sum + length, 0);
  const { bytes, from } = to.reserve(BLOCK_HEADER_BYTES + packedBytes);
  let at = from + BLOCK_HEADER_BYTES;
  for (const part of payload) {
    bytes.set(part, at);
    at += part.length;
  }
  const header = bytes.subarray(from, from + BLOCK_HEADER_BYTES);
  let inHeader = BLOCK_MARK.copy(header);
  for (const number of [packedBytes, rawBytes, records]) inHeader = header.writeUInt32LE(number, inHeader);
  header.writeUInt32LE(checksum(header, bytes.subarray(from + BLOCK_HEADER_BYTES, at)), inHeader);
}

/** Reads a block's header; undefined where the bytes are none. */
export function readBlockHeader(bytes: Buffer): BlockHeader | undefined {
  if (bytes.length < BLOCK_HEADER_BYTES || !bytes.subarray(0, BLOCK_MARK.length).equals(BLOCK_MARK)) return undefined;
  const at = BLOCK_MARK.length;
  return {
    packedBytes: bytes.readUInt32LE(at),
    rawBytes: bytes.readUInt32LE(at + 4),
    records: bytes.readUInt32LE(at + 8),
    crc: bytes.readUInt32LE(at + 12),
  };
}

/** Whether the checksum of header and payload is right. */
export function isWholeBlock(header: Buffer, payload: Uint8Array, { crc }: BlockHeader): boolean {
  return checksum(header, payload) === crc;
}

function checksum(header: Buffer, payload: Uint8Array): number {
  return crc32(payload, crc32(header.subarray(BLOCK_MARK.length, BLOCK_MARK.length + 12)));
}

/** Bytes of a record, without its header. */
export function lengthOf({ head, bodies }: PackedRecord): number {
  let length = HEAD_LENGTH_BYTES + Buffer.byteLength(head);
  for (const body of bodies) length += typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  return length;
}

/** Overwrites secrets of a record in place, before its checksum is computed. */
export type Scrub = (record: Buffer) => void;

/**
 * Bytes that are gathered again and again in the same memory, as fresh memory costs more than the copy into it. What it grew by for a large
 * content is given back when it is cleared.
 */
export class GatheredBytes {
  length = 0;
  readonly #sizeBytes: number;
  #bytes: Buffer;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
    this.#bytes = Buffer.allocUnsafeSlow(sizeBytes);
  }

  /** What was gathered; valid until the next `reserve` or `clear`. */
  get raw(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  /** Appends room for so many bytes. out: the memory, and where the room begins. */
  reserve(bytes: number): { readonly bytes: Buffer; readonly from: number } {
    const from = this.length;
    this.length += bytes;
    if (this.length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.length));
      this.#bytes.copy(larger, 0, 0, from);
      this.#bytes = larger;
    }
    return { bytes: this.#bytes, from };
  }

  clear(): void {
    this.length = 0;
    if (this.#bytes.length > this.#sizeBytes) this.#bytes = Buffer.allocUnsafeSlow(this.#sizeBytes);
  }
}

/** Concatenates uncompressed records. */
export class BlockBuilder {
  records = 0;
  readonly #gathered = new GatheredBytes(BLOCK_BYTES_MAX);

  /** Adds a record whose `lengthOf` is `length`. `scrub` may overwrite what must not be kept. */
  append({ head, bodies }: PackedRecord, length: number, scrub?: Scrub): void {
    const { bytes, from: start } = this.#gathered.reserve(RECORD_HEADER_BYTES + length);
    const from = start + RECORD_HEADER_BYTES;
    const headBytes = bytes.write(head, from + HEAD_LENGTH_BYTES);
    bytes.writeUInt32LE(headBytes, from);
    let at = from + HEAD_LENGTH_BYTES + headBytes;
    for (const body of bodies) {
      if (typeof body === 'string') at += bytes.write(body, at);
      else {
        bytes.set(body, at);
        at += body.length;
      }
    }
    const record = bytes.subarray(from, from + length);
    scrub?.(record);
    bytes.writeUInt32LE(length, start);
    bytes.writeUInt32LE(crc32(record), start + 4);
    this.records += 1;
  }

  get length(): number {
    return this.#gathered.length;
  }

  /** The records so far; valid until the next one is added. */
  get raw(): Buffer {
    return this.#gathered.raw;
  }

  /** Begins the next block. */
  clear(): void {
    this.records = 0;
    this.#gathered.clear();
  }
}
