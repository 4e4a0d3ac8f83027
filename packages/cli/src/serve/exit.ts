/** A reason to end that the user can act on: its lines are all that is printed, and no stack. */
export class Exit extends Error {
  readonly code: 1 | 2;

  /** 1: the machine says no (port, file). 2: what the user asked for cannot be. */
  constructor(code: 1 | 2, message: string) {
    super(message);
    this.code = code;
  }
}
