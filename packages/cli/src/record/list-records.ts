import type { CallRecord } from '@stagegate/gateway-engine/record';
import { renderTable } from '@stagegate/parity/table';
import { summarize, type RecordSummary } from './summarize.ts';
import { readFolder } from './read-folder.ts';

/** The options of `record ls`. */
export interface ListOptions {
  readonly records: string;
  readonly lane?: string;
  readonly route?: string;
  readonly status?: string;
  /** 0: all. */
  readonly last: number;
  readonly json?: true;
}

/** To the second. */
const TIME_LENGTH = 19;

/** Prints a table of records, or a JSON object for each. Keeps only those in memory that it prints. */
export async function listRecords(options: ListOptions): Promise<void> {
  const shown: RecordSummary[] = [];
  let found = 0;
  for await (const record of readFolder(options.records)) {
    if (!isAsked(record, options)) continue;
    found += 1;
    shown.push(summarize(record));
    if (options.last > 0 && shown.length > options.last) shown.shift();
  }
  if (options.json === true) {
    for (const summary of shown) process.stdout.write(`${JSON.stringify(summary)}\n`);
    return;
  }
  if (shown.length === 0) {
    const isFiltered = options.lane !== undefined || options.route !== undefined || options.status !== undefined;
    process.stdout.write(`no records${isFiltered ? ' like that' : ''} in ${options.records}\n`);
    return;
  }
  const head = ['id', 'time (UTC)', 'status', 'ms', 'lane', 'model', 'route', 'stream', 'rule', 'pieces', 'bytes'];
  const lines = renderTable(head, shown.map(toRow));
  const more = found > shown.length ? ['', `the last ${shown.length} of ${found}; --last 0 lists all`] : [];
  process.stdout.write(`${[...lines, ...more].join('\n')}\n`);
}

function isAsked({ lane, route, answer }: CallRecord, asked: ListOptions): boolean {
  if (asked.lane !== undefined && asked.lane !== lane) return false;
  if (asked.route !== undefined && asked.route !== route) return false;
  return asked.status === undefined || new RegExp(`^${asked.status.replaceAll('x', '\\d')}$`, 'u').test(String(answer.status));
}

function toRow(one: RecordSummary): string[] {
  const status = one.declined === undefined ? String(one.status) : `${one.status} declined`;
  const time = new Date(one.startedMs).toISOString().slice(0, TIME_LENGTH).replace('T', ' ');
  return [
    shorten(one.id),
    time,
    status,
    one.totalMs.toFixed(1),
    one.lane,
    one.model ?? '',
    one.route,
    one.stream ? 'yes' : '',
    one.rule ?? '',
    String(one.pieces),
    String(one.bytes),
  ];
}

/** A random id cut to a prefix that still finds its record; other ids whole. */
function shorten(id: string): string {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u.test(id) ? id.slice(0, 8) : id;
}
