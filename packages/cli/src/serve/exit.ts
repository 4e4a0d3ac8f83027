/** A reason to end that the user can act on. Only its message is printed, and no stack. */
export class Exit extends Error {
  readonly code: 1 | 2;

  /** 1: the machine does not allow it (port, file). 2: the request is impossible. */
  constructor(code: 1 | 2, message: string) {
    super(message);
    this.code = code;
  }
}

/** A config that cannot be served: what is wrong with it, and its warnings, which often say why. */
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
