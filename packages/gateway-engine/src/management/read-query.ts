import { isObject } from '@stagegate/core-transforms';
import { refuseInvalid } from './refusal.ts';

/** Which rows of a list are shown. */
export interface Page {
  /** From 1. */
  readonly page: number;
  readonly size: number;
}

/** The page a query asks for. Throws a Refusal, as FastAPI words it, for one that there cannot be. */
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

/** A text of a query; undefined for none and for an empty one. */
export function readText(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  return text === null || text === '' ? undefined : text;
}

/** An instant of ISO 8601, UTC where it says no zone; undefined for what is none. */
export function parseInstant(text: string): Date | undefined {
  const [, day, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:\d\d)?)?$/iu.exec(text) ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

/** Where the pages of a list are: the same question, for another page. */
export function pageLinks(path: string, query: URLSearchParams): (page: number) => string {
  const others = [...query].filter(([name]) => name !== 'page');
  return (page) => `${path}?${new URLSearchParams([...others, ['page', String(page)]])}`;
}

/** Pages that a number of rows fills. */
export function countPages(rows: number, size: number): number {
  return Math.ceil(rows / size);
}

/** A value as JSON has it: instants as the reference writes them. */
export function toPlain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace('Z', '000Z').replace('.000000Z', 'Z');
  if (Array.isArray(value)) return value.map(toPlain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)]));
}
