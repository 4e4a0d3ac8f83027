import { packRecord, RecordWriter, scrubOf } from '@stagegate/gateway-engine/record';
import { recordsOfHar, recordsOfVectors } from '@stagegate/parity/records';
import { Exit } from '../serve/exit.ts';
import { wordFileError } from '../serve/word-file-error.ts';

/** The options of `record import`: golden vectors, or HAR files. */
export interface ImportOptions {
  readonly records: string;
  readonly vectors?: string;
  readonly har?: string;
  readonly upstreamHar?: string;
  readonly bytesMax: number;
  readonly json?: true;
}

/** Adds records to a folder and prints their number. Exit 1 where the source cannot be read or the folder cannot be written. */
export async function importRecords(options: ImportOptions): Promise<void> {
  const writer = new RecordWriter({ dir: options.records, bytesMax: options.bytesMax });
  try {
    await (options.har === undefined ? addVectors(writer, options.vectors ?? '') : addHar(writer, options.har, options.upstreamHar));
  } catch (error) {
    throw new Exit(1, `cannot import: ${wordFileError(fileOf(error) ?? 'the source', error)}`);
  } finally {
    await writer.close();
  }
  const { written, dropped } = writer.counts;
  if (written + dropped === 0) throw new Exit(1, `cannot import: ${options.har ?? options.vectors ?? ''} holds no calls to models`);
  const words = `imported ${written} record${written === 1 ? '' : 's'} into ${options.records}`;
  process.stdout.write(`${options.json === true ? JSON.stringify({ records: options.records, written, dropped }) : words}\n`);
  if (dropped > 0) throw new Exit(1, `${dropped} were dropped: the folder does not take them`);
}

/** The file that an error of the file system is about. */
function fileOf(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}

async function addVectors(writer: RecordWriter, folder: string): Promise<void> {
  for await (const record of recordsOfVectors(folder)) writer.append(packRecord(record));
}

async function addHar(writer: RecordWriter, client: string, provider: string | undefined): Promise<void> {
  const { records, passedOver, unmatched } = recordsOfHar(client, provider);
  for (const { record, secrets } of records) writer.append(packRecord(record), scrubOf(secrets));
  if (passedOver > 0) process.stderr.write(`passed over: ${passedOver} entries that call no model, or cannot be read\n`);
  if (unmatched > 0) process.stderr.write(`passed over: ${unmatched} entries of ${provider ?? ''} that belong to no call\n`);
}
