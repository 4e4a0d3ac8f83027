import { statSync } from 'node:fs';

const POLL_MS = 500;

/**
 * Calls back when files have changed and are stable again.
 *
 * It looks every half second rather than asking the system for notifications: links that are swapped, editors that rename, mounted volumes
 * and network folders all show in a file's metadata, but not all of them in notifications.
 *
 * in:  gives the files, asked for anew each time.
 * out: ends the watch.
 */
export function watchFiles(files: () => readonly string[], onChange: () => void): () => void {
  let known = describe(files());
  let before = known;
  const timer = setInterval(() => {
    const now = describe(files());
    // A file that is still changing may be only half written.
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
