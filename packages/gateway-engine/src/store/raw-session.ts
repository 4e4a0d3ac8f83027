import type { DatabaseAddress } from './database-url.ts';
import { openConnections } from './pool.ts';

/** What a statement gave: rows as text, or how many it changed. */
export interface RawAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** `SELECT 3`, `UPDATE 1`. */
  readonly tag: string;
}

/** A person's connection, which runs any statement. */
export interface RawSession {
  /** Throws what the driver throws; the session goes on. */
  readonly ask: (text: string) => Promise<RawAnswer>;
  readonly close: () => void;
}

const CONNECT_MS = 5_000;

/** Opens a session of one connection, without a time limit. */
export function openRawSession(address: DatabaseAddress): RawSession {
  const { sql, destroy } = openConnections(address, { connectionsMax: 1, connectMs: CONNECT_MS, statementMs: 0 });
  return {
    ask: async (text) => {
      const result = await sql.unsafe(text);
      const columns = (result.columns ?? []).map(({ name }) => name);
      return {
        columns,
        rows: result.map((row) => columns.map((name) => toText(row[name]))),
        tag: [result.command, String(result.count)].join(' '),
      };
    },
    close: destroy,
  };
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
