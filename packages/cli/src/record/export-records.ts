import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Exit } from '../serve/exit.ts';
import { readFolder } from './read-folder.ts';

/** Writes records as JSON lines, to a file that is not there yet, or to standard output. */
export async function exportRecords({ records, out }: { readonly records: string; readonly out?: string }): Promise<void> {
  const target = out === undefined ? process.stdout : createWriteStream(out, { flags: 'wx', mode: 0o600 });
  const failed = new Promise<never>((_resolve, reject) => {
    target.once('error', (error: Error) => reject(new Exit(1, `cannot export: ${error.message}`)));
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
