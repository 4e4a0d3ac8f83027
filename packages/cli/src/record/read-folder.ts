import { readRecords, type CallRecord, type RecordProblem } from '@stagegate/gateway-engine/record';
import { findRecord } from '@stagegate/parity/records';
import { Exit } from '../serve/exit.ts';
import { wordFileError } from '../serve/word-file-error.ts';

/**
 * The record with this id, or with this prefix of it.
 *
 * errors: Exit 1 when the folder cannot be read, or when no record or several match.
 */
export async function readRecord(path: string, id: string): Promise<CallRecord> {
  try {
    const found = await findRecord(path, id, { onProblem: tellProblem });
    if (typeof found !== 'string') return found;
    throw new Exit(1, found);
  } catch (error) {
    throw wordReadError(path, error);
  }
}

/**
 * Reads the records of a folder, or of one segment file. Problems are reported on standard error, with their number at the end.
 *
 * errors: Exit 1 when the folder cannot be read.
 */
export async function* readFolder(path: string): AsyncGenerator<CallRecord, void> {
  let problems = 0;
  const read = readRecords(path, {
    onProblem: (problem) => {
      problems += 1;
      tellProblem(problem);
    },
  });
  try {
    yield* read;
  } catch (error) {
    throw wordReadError(path, error);
  }
  if (problems > 0) process.stderr.write(`passed over in all: ${problems}\n`);
}

function tellProblem({ file, offset, kind, message, records }: RecordProblem): void {
  const lost = records === 0 ? '' : ` (${records} record${records === 1 ? '' : 's'})`;
  process.stderr.write(`passed over: ${file}, byte ${offset}: ${kind}: ${message}${lost}\n`);
}

/** An error of the file system as Exit 1; a bug unchanged. */
function wordReadError(path: string, error: unknown): unknown {
  return error instanceof Error && 'syscall' in error ? new Exit(1, `cannot read records: ${wordFileError(path, error)}`) : error;
}
