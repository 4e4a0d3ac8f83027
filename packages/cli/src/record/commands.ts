import type { LaneId } from '@stagegate/gateway-engine/ports';
import type { Command } from 'commander';
import { Exit } from '../serve/exit.ts';

interface RawFolder {
  readonly records: string;
}

interface RawList extends RawFolder {
  readonly lane?: string;
  readonly route?: string;
  readonly status?: string;
  readonly last: string;
  readonly json?: true;
}

interface RawShow extends RawFolder {
  readonly json?: true;
}

interface RawExport extends RawFolder {
  readonly out?: string;
}

interface RawImport extends RawFolder {
  readonly vectors?: string;
  readonly har?: string;
  readonly upstreamHar?: string;
  readonly maxBytes: string;
  readonly json?: true;
}

const LANES: readonly LaneId[] = ['reference', 'legacy-io', 'legacy-thin', 'hono'];
const ROWS = '50';
const BYTES_MAX = '1073741824';

// What a command needs is loaded by the command, so that --help and --version need none of it.

/** The `record` commands. */
export function addRecordCommands(stagegate: Command): void {
  const record = stagegate.command('record').description('List, show, export and import recorded calls.');
  withFolder(record.command('ls').description('List records, oldest first.'))
    .option('--lane <lane>', 'only those of this lane')
    .option('--route <path>', 'only those of this route')
    .option('--status <status>', 'only those answered so: 200, or 5xx')
    .option('--last <n>', 'only the last n of them; 0 for all', ROWS)
    .option('--json', 'one JSON object a line')
    .action(async (raw: RawList) => {
      const { listRecords } = await import('./list-records.ts');
      await listRecords({ ...raw, ...readFilter(raw), last: readCount(raw.last, '--last') });
    });
  withFolder(
    record.command('show <id>').description('Show one record: what was asked, sent, answered and given; the beginning of an id does.'),
  )
    .option('--json', 'the whole record as JSON')
    .action(async (id: string, raw: RawShow) => {
      const { showRecord } = await import('./show-record.ts');
      await showRecord(id, raw);
    });
  withFolder(record.command('export').description('Write records as JSON, one a line.'))
    .option('--out <file>', 'where to (default: standard output)')
    .action(async (raw: RawExport) => {
      const { exportRecords } = await import('./export-records.ts');
      await exportRecords(raw);
    });
  withFolder(record.command('import').description('Make records of golden vectors, or of HAR files.'))
    .option('--vectors <folder>', 'golden vectors')
    .option('--har <file>', "a client's HAR file")
    .option('--upstream-har <file>', "the provider's side of --har; without it what was sent is not compared")
    .option('--max-bytes <n>', 'all segments of the folder together', BYTES_MAX)
    .option('--json', 'print how many as JSON')
    .action(async (raw: RawImport) => {
      if ((raw.vectors === undefined) === (raw.har === undefined)) throw new Exit(2, 'import: expected --vectors or --har, and not both');
      if (raw.upstreamHar !== undefined && raw.har === undefined) throw new Exit(2, '--upstream-har: only goes with --har');
      const { importRecords } = await import('./import-records.ts');
      await importRecords({ ...raw, bytesMax: readCount(raw.maxBytes, '--max-bytes') });
    });
}

function withFolder(command: Command): Command {
  return command.option('--records <folder>', 'where the records are', 'records');
}

/** Reads the filter. Throws Exit for a lane or status that no record can have. */
function readFilter({ lane, status }: RawList): Pick<RawList, 'lane' | 'status'> {
  if (lane !== undefined && !LANES.some((known) => known === lane))
    throw new Exit(2, `--lane: expected ${LANES.join(', ')}, found "${lane}"`);
  if (status !== undefined && !/^[1-5][\dx]{2}$/u.test(status))
    throw new Exit(2, `--status: expected a status such as 200, or 5xx, found "${status}"`);
  return { ...(lane !== undefined && { lane }), ...(status !== undefined && { status }) };
}

function readCount(text: string, option: string): number {
  if (!/^\d{1,15}$/u.test(text)) throw new Exit(2, `${option}: expected a whole number, found "${text}"`);
  return Number(text);
}
