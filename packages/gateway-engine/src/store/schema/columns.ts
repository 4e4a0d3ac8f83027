import { type PgTimestampBuilderInitial, timestamp } from 'drizzle-orm/pg-core';

/** `timestamp(3)` without a zone, as every moment in LiteLLM's tables: UTC by convention, a Date here. */
export function moment(): PgTimestampBuilderInitial<''>;
export function moment<Name extends string>(name: Name): PgTimestampBuilderInitial<Name>;
export function moment(name = ''): PgTimestampBuilderInitial<string> {
  return timestamp(name, { precision: 3, mode: 'date' });
}

/** What LiteLLM fills in itself where it writes a row; the database has no default for it. */
export function now(): Date {
  return new Date();
}
