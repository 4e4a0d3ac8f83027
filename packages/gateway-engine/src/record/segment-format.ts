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

/** Frames a compressed payload as a block. */
export function frameBlock(payload: Uint8Array, rawBytes: number, records: number): Buffer {
  const framed = Buffer.allocUnsafe(BLOCK_HEADER_BYTES + payload.length);
  let at = BLOCK_MARK.copy(framed);
  for (const number of [payload.length, rawBytes, records]) at = framed.writeUInt32LE(number, at);
  framed.writeUInt32LE(checksum(framed, payload), at);
  framed.set(payload, BLOCK_HEADER_BYTES);
  return framed;
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

/** Concatenates uncompressed records. Its memory is reused from block to block, as fresh memory costs more than the copy into it. */
export class BlockBuilder {
  records = 0;
  length = 0;
  #bytes: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES_MAX);

  /** Adds a record whose `lengthOf` is `length`. `scrub` may overwrite what must not be kept. */
  append({ head, bodies }: PackedRecord, length: number, scrub?: Scrub): void {
    this.#reserve(RECORD_HEADER_BYTES + length);
    const bytes = this.#bytes;
    const from = this.length + RECORD_HEADER_BYTES;
    const end = from + length;
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
    const record = bytes.subarray(from, end);
    scrub?.(record);
    bytes.writeUInt32LE(length, this.length);
    bytes.writeUInt32LE(crc32(record), this.length + 4);
    this.length = end;
    this.records += 1;
  }

  /** The records so far; valid until the next one is added. */
  get raw(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  /** Begins the next block. The memory of a single large record is released. */
  clear(): void {
    this.records = 0;
    this.length = 0;
    if (this.#bytes.length > BLOCK_BYTES_MAX) this.#bytes = Buffer.allocUnsafeSlow(BLOCK_BYTES_MAX);
  }

  #reserve(size: number): void {
    if (this.length + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.length + size));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
