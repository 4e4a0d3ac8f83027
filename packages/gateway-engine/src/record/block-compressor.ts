import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib';

const PARAMS = { [constants.ZSTD_c_compressionLevel]: 1 };

/**
 * Compresses blocks with zstd, one after the other, on a thread of Node's pool. One context serves them all: Node frees what a context of
 * their own leaves behind only when it collects the whole heap, and is driven to do that more often (measured: 64 KB a block).
 */
export class BlockCompressor {
  #zstd: ZstdCompress | undefined;
  #parts: Buffer[] = [];

  /** out: a whole frame, in parts. The bytes must not change until it resolves, and no other block may be given before. */
  compress(raw: Uint8Array): Promise<readonly Buffer[]> {
    const zstd = (this.#zstd ??= this.#open());
    return new Promise((resolve, reject) => {
      zstd.write(raw, (error) => {
        const parts = this.#parts;
        this.#parts = [];
        if (error) reject(error);
        else resolve(parts);
      });
    });
  }

  close(): void {
    this.#zstd?.destroy();
  }

  #open(): ZstdCompress {
    // Each write ends a frame.
    const zstd = createZstdCompress({ params: PARAMS, flush: constants.ZSTD_e_end });
    zstd.on('data', (part: Buffer) => this.#parts.push(part));
    // The write that failed is told by its own callback; the next one begins anew.
    zstd.on('error', () => (this.#zstd = undefined));
    return zstd;
  }
}
