import type { StoreFailure } from '../ports/index.ts';

/** Classes and codes of PostgreSQL's that say it is going, not there yet, or not the one that takes writes. */
const UNAVAILABLE = /^(?:08...|53300|57P0[123]|25006)$/u;
const STATEMENT_TIMEOUT = '57014';
const SQLSTATE = /^[0-9A-Z]{5}$/u;

/** Sorts what postgres.js threw. Its words are kept, the values it was asked with are not. */
export function toStoreFailure(thrown: unknown): StoreFailure {
  // drizzle wraps what the driver threw, and words it with all its values.
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = readText(cause, 'code');
  if (code === undefined || !SQLSTATE.test(code)) return { kind: 'down', message: `no connection: ${code ?? nameOf(cause)}` };
  const message = `${code}: ${wordsOf(code, cause)}`;
  if (UNAVAILABLE.test(code)) return { kind: 'down', message };
  if (code === STATEMENT_TIMEOUT) return { kind: 'hung', message };
  const constraint = readText(cause, 'constraint_name');
  return { kind: 'refused', message, code, ...(constraint !== undefined && { constraint }) };
}

/** Whether this came from the database or the way to it; anything else is a bug of the one who asked. */
export function isFromDatabase(thrown: unknown): boolean {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  return readText(cause, 'code') !== undefined;
}

/** Of a value that does not fit the database quotes the value. */
function wordsOf(code: string, cause: unknown): string {
  return code.startsWith('22') || !(cause instanceof Error) ? 'a value does not fit' : cause.message;
}

function readText(thrown: unknown, member: string): string | undefined {
  const value = typeof thrown === 'object' && thrown !== null && member in thrown ? Reflect.get(thrown, member) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
