import type { TransformError } from './transform-error.ts';

/** An error as a client sees it, before its route's dialect gives it an envelope. */
export interface ClientError {
  /** HTTP status. */
  readonly status: number;
  /** `error.type` in the OpenAI envelope; each dialect maps it to its own words. */
  readonly type: string;
  readonly message: string;
  readonly param: string | null;
  /** A string, as the reference sends it; usually the status. */
  readonly code: string;
}

/**
 * The one table from failure to what the client sees. A new kind does not compile until it has a row.
 *
 * in:  the error, and the model group for the reference's closing sentence.
 */
export function toClientError(error: TransformError, modelGroup: string): ClientError {
  throw new Error('written next', { cause: [error, modelGroup] });
}
