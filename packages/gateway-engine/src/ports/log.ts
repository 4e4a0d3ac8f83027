/** Where the engine reports. Fields are plain data and never hold a credential or a body. */
export interface Log {
  readonly info: (event: string, fields?: LogFields) => void;
  readonly warn: (event: string, fields?: LogFields) => void;
  readonly error: (event: string, fields?: LogFields) => void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

function discard(): void {
  // A log for tests and replay.
}

export const silentLog: Log = { info: discard, warn: discard, error: discard };
