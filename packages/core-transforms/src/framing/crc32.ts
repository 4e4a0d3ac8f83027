/** The table of CRC-32 (IEEE 802.3, reflected polynomial 0xEDB88320), one entry per byte value. */
const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1) === 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest >>> 0;
});

/**
 * CRC-32 of `bytes[start..end)`, as zlib and AWS event streams count it.
 *
 * out: an unsigned 32-bit number.
 */
export function crc32(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0xffffffff;
  for (let position = start; position < end; position += 1) {
    sum = (TABLE[(sum ^ (bytes[position] ?? 0)) & 0xff] ?? 0) ^ (sum >>> 8);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
