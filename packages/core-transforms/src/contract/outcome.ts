import type { TransformError } from '../errors/transform-error.ts';

/** Something a transform did to the input that the caller may want to know: a parameter dropped, renamed or coerced. */
export interface Note {
  /** Path of the member in the input, e.g. `tools[0].strict`. */
  readonly path: string;
  readonly action: 'dropped' | 'renamed' | 'coerced';
  readonly reason: string;
}

/** The result of a transform: a value, or an error as a value. A transform throws only for a bug. */
export type Outcome<T> = Success<T> | Failure;

/** The value, and notes on what was done to the input. */
export interface Success<T> {
  readonly ok: true;
  readonly value: T;
  readonly notes: readonly Note[];
}

/** Why there is no value. */
export interface Failure {
  readonly ok: false;
  readonly error: TransformError;
}

const NO_NOTES: readonly Note[] = [];

/** Wraps a value. `notes` is shared and empty unless given. */
export function ok<T>(value: T, notes: readonly Note[] = NO_NOTES): Success<T> {
  return { ok: true, value, notes };
}

/** Wraps an error. */
export function fail(error: TransformError): Failure {
  return { ok: false, error };
}
