import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { once } from 'node:events';
import type { Transform } from 'node:stream';
import type { UpstreamAnswer, UpstreamFailure } from '../ports/index.ts';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/**
 * An answer whose body can be read as text. We ask for no compression, but a server may compress all the same: one layer is undone, with
 * the reader's size limit on the result; two layers are refused.
 */
export function decodeContent(answer: UpstreamAnswer): UpstreamAnswer {
  const encoding = answer.headers['content-encoding'];
  if (encoding === undefined || encoding === '' || encoding === 'identity') return answer;
  const createDecoder = DECODERS[encoding.toLowerCase()];
  const forEachChunk: UpstreamAnswer['forEachChunk'] =
    createDecoder === undefined
      ? (): Promise<UpstreamFailure> => refuse(answer, encoding)
      : (consume): Promise<UpstreamFailure | undefined> => decodeEach(answer, createDecoder(), consume);
  const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = answer.headers;
  return { status: answer.status, headers, forEachChunk, readAll: (bytesMax) => readAll(forEachChunk, bytesMax) };
}

async function refuse(answer: UpstreamAnswer, encoding: string): Promise<UpstreamFailure> {
  await answer.forEachChunk(() => 'stop');
  return { kind: 'reset', message: `content-encoding ${encoding} is not understood` };
}

async function decodeEach(
  answer: UpstreamAnswer,
  decoder: Transform,
  consume: Parameters<UpstreamAnswer['forEachChunk']>[0],
): Promise<UpstreamFailure | undefined> {
  let failure: UpstreamFailure | undefined;
  const fed = answer
    .forEachChunk((chunk) => {
      if (decoder.destroyed) return 'stop';
      return decoder.write(chunk) ? undefined : drained(decoder);
    })
    .then((broken) => {
      failure = broken;
      return broken === undefined ? decoder.end() : decoder.destroy();
    });
  try {
    for await (const chunk of decoder) {
      // Leaving the loop destroys the decoder, and with it the exchange, at its next piece.
      if ((await consume(chunk)) === 'stop') return undefined;
    }
  } catch {
    failure ??= { kind: 'reset', message: 'the compressed answer cannot be read' };
  }
  await fed;
  return failure;
}

async function drained(decoder: Transform): Promise<void | 'stop'> {
  await Promise.race([once(decoder, 'drain'), once(decoder, 'close')]).catch(() => undefined);
  return decoder.destroyed ? 'stop' : undefined;
}

async function readAll(forEachChunk: UpstreamAnswer['forEachChunk'], bytesMax: number): Promise<Uint8Array | UpstreamFailure> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const failure = await forEachChunk((chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    return size > bytesMax ? 'stop' : undefined;
  });
  if (failure !== undefined) return failure;
  return size > bytesMax ? { kind: 'too-large', message: `the answer is larger than ${bytesMax} bytes` } : Buffer.concat(chunks, size);
}
