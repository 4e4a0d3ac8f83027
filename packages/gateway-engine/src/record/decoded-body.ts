import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync, type InputType } from 'node:zlib';
import type { Headers } from '@stagegate/core-transforms';
import type { TapedAnswer } from './tape.ts';
import { packPieces } from './record-codec.ts';

/** A body and its headers. */
export interface DecodedBody {
  readonly headers: Headers;
  readonly parts: readonly (string | Uint8Array)[];
  /** Lengths and times of its pieces in the form of `packPieces`, in several buffers. */
  readonly pieces: readonly Uint8Array[];
}

const BYTES_MAX = 64 * 1_048_576;

const DECODERS: Readonly<Record<string, (bytes: InputType, options: { readonly maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

/**
 * An answer with its body decompressed, so that secrets can be found in it; a decompressed body is one piece. Our own lanes ask for no
 * compression, but the reference's answers are relayed as they come. A body that cannot be decoded is left out.
 */
export function decodedBody({ headers, body }: TapedAnswer): DecodedBody {
  const encoding = headers['content-encoding']?.toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return { headers, parts: body.parts(), pieces: body.pieces() };
  const { 'content-encoding': _encoding, 'content-length': _length, ...open } = headers;
  const parts = decode(body.parts(), encoding);
  return { headers: open, parts, pieces: parts.map(({ length }) => packPieces([length], [body.lastTime])) };
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
