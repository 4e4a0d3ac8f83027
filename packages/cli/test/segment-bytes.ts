import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

const MARK_BYTES = 16;
const HEADER_BYTES = 24;

/** Everything that stands in the segments of a folder, decompressed by the format as it is documented, without our own reader. */
export function segmentBytes(dir: string): Buffer {
  return Buffer.concat(
    readdirSync(dir).map((name) => {
      const bytes = readFileSync(join(dir, name));
      const blocks: Buffer[] = [];
      for (let at = MARK_BYTES; at < bytes.length;) {
        const length = bytes.readUInt32LE(at + 8);
        blocks.push(zstdDecompressSync(bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length)));
        at += HEADER_BYTES + length;
      }
      return Buffer.concat(blocks);
    }),
  );
}

/** Whether a text stands in bytes, as it is, percent-encoded, in hexadecimal, or in base64 at any of the three places it can begin at. */
export function holds(bytes: Buffer, text: string): boolean {
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from('\0'.repeat(shift) + text)
      .toString('base64')
      .replace(/=+$/u, '');
    // What shares a character with bytes before or after it is left away.
    return encoded.slice(Math.ceil((shift * 8) / 6), -1);
  });
  const plain = [text, encodeURIComponent(text), Buffer.from(text).toString('hex')];
  return [...plain, ...base64].some((form) => bytes.includes(form));
}
