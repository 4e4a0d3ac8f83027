const ENCODER = new TextEncoder();
const BLOCK_BYTES = 64;

/** First 32 bits of the fractional parts of the square roots of the first eight primes, and of the cube roots of the first 64. */
const INITIAL = primes(8).map((prime) => fraction(prime ** (1 / 2)));
const ROUNDS = Uint32Array.from(primes(64).map((prime) => fraction(Math.cbrt(prime))));

/**
 * The SHA-256 of a text's UTF-8 bytes in hex. For names that the reference shortens with a hash; nothing secret passes here.
 *
 * source: FIPS 180-4, section 6.2.
 */
export function sha256Hex(text: string): string {
  const message = padded(ENCODER.encode(text));
  const state = Uint32Array.from(INITIAL);
  const schedule = new Uint32Array(64);
  for (let at = 0; at < message.length; at += BLOCK_BYTES) {
    fillSchedule(schedule, message, at);
    compress(state, schedule);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

function padded(bytes: Uint8Array): Uint8Array {
  const length = Math.ceil((bytes.length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
  const message = new Uint8Array(length);
  message.set(bytes);
  message[bytes.length] = 0x80;
  new DataView(message.buffer).setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return message;
}

function fillSchedule(schedule: Uint32Array, message: Uint8Array, at: number): void {
  const block = new DataView(message.buffer, at, BLOCK_BYTES);
  for (let round = 0; round < 64; round += 1) {
    if (round < 16) schedule[round] = block.getUint32(round * 4);
    else {
      const early = word(schedule, round - 15);
      const late = word(schedule, round - 2);
      const low = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
      const high = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
      schedule[round] = word(schedule, round - 16) + low + word(schedule, round - 7) + high;
    }
  }
}

function compress(state: Uint32Array, schedule: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < 64; round += 1) {
    const chosen = (e & f) ^ (~e & g);
    const first = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + chosen + word(ROUNDS, round) + word(schedule, round)) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) state[index] = word(state, index) + value;
}

function rotate(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}

function word(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function fraction(value: number): number {
  return ((value - Math.floor(value)) * 2 ** 32) | 0;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}
