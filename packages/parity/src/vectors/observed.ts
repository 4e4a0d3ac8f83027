import type { AnswerRecord, RequestRecord } from '../compare/records.ts';

/** What a lane did with a case. */
export interface Observed {
  /** What it sent upstream, in order. */
  readonly requests: readonly RequestRecord[];
  /** Undefined when it threw or did not come back. */
  readonly answer: AnswerRecord | undefined;
  /** Headers of the answer, lower-case names; undefined when this way of playing makes none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What it threw, which is always a bug. */
  readonly thrown: string | undefined;
}

/** A bug as one line and the place it came from. */
export function describeThrown(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ') : String(error);
}
