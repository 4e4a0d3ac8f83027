import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

/** Reads the files of one configuration, up to a total size. */
export class FileReader {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax = Infinity) {
    this.#bytesMax = bytesMax;
  }

  /** errors: throws for a file that cannot be read and, before reading it, for one that is too large. */
  read(path: string): string {
    this.#bytes += statSync(path).size;
    if (this.#bytes > this.#bytesMax) {
      const megabytes = (this.#bytesMax / 1e6).toFixed(1);
      throw new Error(`with ${basename(path)} it has more than the ${megabytes} MB that are read while calls wait; a restart reads it`);
    }
    return readFileSync(path, 'utf8');
  }
}
