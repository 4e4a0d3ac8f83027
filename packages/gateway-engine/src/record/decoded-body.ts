import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync, type InputType } from 'node:zlib';
import type { TapedAnswer } from './tape.ts';

const BYTES_MAX = 64 * 1_048_576;

const DECODERS: Readonly<Record<string, (bytes: InputType, options: { readonly maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

/**
 * An answer whose body is not compressed: only so can be seen what stands in it. It is then one piece. The lanes of ours ask
 * for no compression; the reference relays what it gets. What cannot be decoded is left out.
 */
export function decodedBody(answer: TapedAnswer): TapedAnswer {
  const encoding = answer.headers['content-encoding']?.toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return answer;
  const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = answer.headers;
  return { ...answer, headers, pieces: decode(answer.pieces, encoding), times: answer.times.slice(-1) };
}

function decode(pieces: readonly (string | Uint8Array)[], encoding: string): Buffer[] {
  try {
    const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
    const decoded = DECODERS[encoding]?.(bytes, { maxOutputLength: BYTES_MAX });
    return decoded === undefined ? [] : [decoded];
  } catch {
    return [];
  }
}
