import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, PRIVATE_MODE } from '../files/index.ts';
import { SEGMENT_SUFFIX } from './segment-format.ts';

/** A segment that is being written. */
export interface SegmentFile {
  /** Writes all bytes at an offset; rejects when that fails. */
  readonly write: (bytes: Uint8Array, at: number) => Promise<void>;
  readonly truncate: (length: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The part of a file system that the writer needs. Tests pass one that is full. */
export interface SegmentFiles {
  readonly create: (dir: string, name: string) => Promise<SegmentFile>;
  /** The segments of a folder and their sizes, oldest first. */
  readonly list: (dir: string) => Promise<readonly { readonly name: string; readonly bytes: number }[]>;
  readonly remove: (dir: string, name: string) => Promise<void>;
}

/** The file system of Node. Only their owner can read folders and files, because records hold what people wrote. */
export const realFiles: SegmentFiles = {
  create: async (dir, name) => {
    makeFolder(dir, PRIVATE_MODE);
    const file = await open(join(dir, name), 'wx', 0o600);
    return {
      write: async (bytes, at) => {
        // A disk that is nearly full first writes a part, and fails only on the next write.
        for (let done = 0; done < bytes.length;) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
          done += bytesWritten;
        }
      },
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    };
  },
  list: listSegments,
  remove: (dir, name) => rm(join(dir, name), { force: true }),
};

/** The segments of a folder, oldest first: names begin with the time of creation. */
async function listSegments(dir: string): Promise<readonly { readonly name: string; readonly bytes: number }[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(SEGMENT_SUFFIX)).toSorted();
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(dir, name)).then(
        ({ size }) => size,
        // Another process has removed it in between.
        () => 0,
      ),
    ),
  );
  return names.map((name, index) => ({ name, bytes: sizes[index] ?? 0 }));
}

/** The name of a new segment: time, process id, and a number within the process. */
export function segmentName(nowMs: number, pid: number, number: number): string {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:.]/gu, '');
  return `${time}-${pid}-${String(number).padStart(4, '0')}${SEGMENT_SUFFIX}`;
}
