import { statSync } from 'node:fs';

const POLL_MS = 500;

/**
 * Calls back when files have changed and are quiet again.
 *
 * Looks every half second instead of asking the system to be told: links that are swapped, editors that rename, volumes that are mounted
 * and folders of other machines all show in what a file is, and not all of them in what a system tells.
 *
 * in:  the files, asked for anew each time.
 * out: ends the watch.
 */
export function watchFiles(files: () => readonly string[], onChange: () => void): () => void {
  let known = describe(files());
  let before = known;
  const timer = setInterval(() => {
    const now = describe(files());
    // Whoever writes a file in pieces is still at it while it changes.
    if (now !== known && now === before) {
      known = now;
      onChange();
      known = describe(files());
    }
    before = now;
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function describe(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
      return stat === undefined ? 'gone' : [stat.ino, stat.size, stat.mtimeNs].join(':');
    })
    .join(' ');
}
