import { exportDays, type ExportedDay, type ExportType } from '../../store/index.ts';
import { ask, type Handler, Page, type StoredParts } from '../parts.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail, refuseInvalid } from '../refusal.ts';
import { toFilter } from './daily-activity.ts';
import { SCOPES, type UsageOf } from './key-usage.ts';

const TYPES: readonly ExportType[] = ['daily', 'daily_with_keys', 'daily_with_models', 'daily_with_users'];
const FORMATS = ['csv', 'json'] as const;
const LINES_MAX = 100_000;
const LINE_END = '\r\n';

/** GET /…/daily/activity/export: the days that the caller may see, as a file. */
export function exportActivity(of: UsageOf): Handler<StoredParts> {
  return async (parts, call) => {
    const type = readChoice(call.query, 'export_type', TYPES);
    const format = readChoice(call.query, 'format', FORMATS);
    const { filter } = await toFilter(parts, call, SCOPES[of], true);
    const lines = await ask(parts, (database) => exportDays(database, filter, type, LINES_MAX + 1));
    if (lines.length > LINES_MAX) throw refuseInDetail(400, { error: `More than ${LINES_MAX} lines: ask for fewer days` });
    const days = `${readText(call.query, 'start_date')}-${readText(call.query, 'end_date')}`;
    return new Page(
      format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
      format === 'csv' ? toCsv(lines) : JSON.stringify(lines),
      {
        'cache-control': 'no-store',
        'content-disposition': `attachment; filename="${of}-usage-${days}-${type}.${format}"`,
      },
    );
  };
}

/** One of several words, by default the first. Throws a Refusal for any other, as FastAPI words it. */
function readChoice<Word extends string>(query: URLSearchParams, name: string, words: readonly [Word, ...Word[]] | readonly Word[]): Word {
  const text = query.get(name) ?? words[0];
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  const listed = `${words
    .slice(0, -1)
    .map((word) => `'${word}'`)
    .join(', ')} or '${words.at(-1)}'`;
  throw refuseInvalid([{ type: name === 'format' ? 'literal_error' : 'enum', loc: ['query', name], msg: `Input should be ${listed}` }]);
}

const COLUMNS = [
  'date',
  'entity_id',
  'entity_alias',
  'api_key',
  'key_alias',
  'user_id',
  'user_email',
  'model',
  'spend',
  'flat_cost',
  'prompt_tokens',
  'completion_tokens',
  'api_requests',
  'successful_requests',
  'failed_requests',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const satisfies readonly (keyof ExportedDay)[];

function toCsv(lines: readonly ExportedDay[]): string {
  const rows = [COLUMNS.join(','), ...lines.map((line) => COLUMNS.map((name) => toCell(line[name])).join(','))];
  return rows.map((row) => `${row}${LINE_END}`).join('');
}

/** A cell of the CSV file. Names come from callers, so none may act as a formula in a spreadsheet. Source: LiteLLM 1.106.2, `_csv_cell`. */
function toCell(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
