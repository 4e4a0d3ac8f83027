/** A reason to end that the user can act on: its lines are all that is printed, and no stack. */
export class Exit extends Error {
  readonly code: 1 | 2;

  /** 1: the machine says no (port, file). 2: what the user asked for cannot be. */
  constructor(code: 1 | 2, message: string) {
    super(message);
    this.code = code;
  }
}

/** A config that cannot be served: what is wrong with it, and what else is worth a line, which often says why. */
export class BadConfig extends Exit {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];

  constructor(file: string, problems: readonly string[], warnings: readonly string[]) {
    const count = `${problems.length} problem${problems.length === 1 ? '' : 's'} in ${file}`;
    super(2, [...problems, ...warnings.map((warning) => `warning: ${warning}`), count].join('\n'));
    this.problems = problems;
    this.warnings = warnings;
  }
}
