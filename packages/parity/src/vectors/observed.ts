import type { AnswerRecord, RequestRecord } from '../compare/records.ts';

/** What a lane did with a case. */
export interface Observed {
  /** What it sent upstream, in order. */
  readonly requests: readonly RequestRecord[];
  /** Undefined when it threw or never answered. */
  readonly answer: AnswerRecord | undefined;
  /** Headers of the answer, names in lower case; undefined where this way of playing produces none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What it threw, which is always a bug. */
  readonly thrown: string | undefined;
}

/** A bug on one line, with the place it came from. */
export function describeThrown(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ') : String(error);
}
