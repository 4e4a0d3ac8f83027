import { readRecords, type CallRecord } from '@stagegate/gateway-engine/record';
import { Exit } from '../serve/exit.ts';
import { wordFileError } from '../serve/word-file-error.ts';

/**
 * Reads the records of a folder, or of one segment file. What cannot be read is named on standard error, and counted at the end.
 *
 * errors: Exit 1 when the folder cannot be read.
 */
export async function* readFolder(path: string): AsyncGenerator<CallRecord, void> {
  let problems = 0;
  const read = readRecords(path, {
    onProblem: ({ file, offset, kind, message, records }) => {
      problems += 1;
      const lost = records === 0 ? '' : ` (${records} record${records === 1 ? '' : 's'})`;
      process.stderr.write(`passed over: ${file}, byte ${offset}: ${kind}: ${message}${lost}\n`);
    },
  });
  try {
    yield* read;
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new Exit(1, `cannot read records: ${wordFileError(path, error)}`);
  }
  if (problems > 0) process.stderr.write(`passed over in all: ${problems}\n`);
}
