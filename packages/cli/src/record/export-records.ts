import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Exit } from '../serve/exit.ts';
import { wordFileError } from '../serve/word-file-error.ts';
import { readFolder } from './read-folder.ts';

/** Writes records as JSON lines, to a new file or to standard output. Exit 1 where the file exists already. */
export async function exportRecords({ records, out }: { readonly records: string; readonly out?: string }): Promise<void> {
  const target = out === undefined ? process.stdout : createWriteStream(out, { flags: 'wx', mode: 0o600 });
  const failed = new Promise<void>((resolve, reject) => {
    target.once('error', (error: NodeJS.ErrnoException) => {
      // A reader that closes standard output early is no error; `watchOutput` reports all others.
      if (out === undefined) resolve();
      else reject(new Exit(1, `cannot export: ${error.code === 'EEXIST' ? `${out} exists already` : wordFileError(out, error)}`));
    });
  });
  const write = async (): Promise<void> => {
    for await (const record of readFolder(records)) {
      if (!target.write(`${JSON.stringify(record)}\n`)) await once(target, 'drain');
    }
    if (out === undefined) return;
    target.end();
    await finished(target);
  };
  await Promise.race([write(), failed]);
}
