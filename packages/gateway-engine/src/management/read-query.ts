import { refuseInvalid } from './refusal.ts';

/** A page of a list. */
export interface Page {
  /** From 1. */
  readonly page: number;
  readonly size: number;
}

/** The page that a query asks for. Throws a Refusal, as FastAPI words it, for numbers out of range. */
export function readPage(
  query: URLSearchParams,
  names: { readonly size: string; readonly sizeDefault: number; readonly sizeMax: number },
): Page {
  return {
    page: readCount(query, 'page', { absent: 1, min: 1, max: Number.MAX_SAFE_INTEGER }),
    size: readCount(query, names.size, { absent: names.sizeDefault, min: 1, max: names.sizeMax }),
  };
}

/** A whole number of a query, within its bounds. Throws a Refusal, as FastAPI words it. */
export function readCount(
  query: URLSearchParams,
  name: string,
  { absent, min, max }: { readonly absent: number; readonly min: number; readonly max: number },
): number {
  const text = query.get(name);
  if (text === null) return absent;
  const value = /^[+-]?\d{1,15}$/u.test(text.trim()) ? Number(text) : undefined;
  const wrong = (type: string, msg: string): Error => refuseInvalid([{ type, loc: ['query', name], msg }]);
  if (value === undefined) throw wrong('int_parsing', 'Input should be a valid integer, unable to parse string as an integer');
  if (value < min) throw wrong('greater_than_equal', `Input should be greater than or equal to ${min}`);
  if (value > max) throw wrong('less_than_equal', `Input should be less than or equal to ${max}`);
  return value;
}

/** Whether a flag of a query is set. */
export function readFlag(query: URLSearchParams, name: string): boolean {
  return ['true', '1', 'yes', 'on', 't', 'y'].includes((query.get(name) ?? '').toLowerCase());
}

/** A text of a query; undefined where it is absent or empty. */
export function readText(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  return text === null || text === '' ? undefined : text;
}

/** The names of a query's list, with commas between them; undefined where there are none. */
export function readNames(query: URLSearchParams, name: string): readonly string[] | undefined {
  const names = (query.get(name) ?? '').split(',').map((each) => each.trim());
  const said = names.filter((each) => each !== '');
  return said.length > 0 ? said : undefined;
}

/** Parses an ISO 8601 time, taken as UTC without a zone; undefined for anything else. */
export function parseInstant(text: string): Date | undefined {
  const [, day, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:\d\d)?)?$/iu.exec(text) ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

/** Makes links to the pages of a list: the same query with another page number. */
export function pageLinks(path: string, query: URLSearchParams): (page: number) => string {
  const others = [...query].filter(([name]) => name !== 'page');
  return (page) => `${path}?${new URLSearchParams([...others, ['page', String(page)]])}`;
}

/** The number of pages that hold `rows` rows. */
export function countPages(rows: number, size: number): number {
  return Math.ceil(rows / size);
}
