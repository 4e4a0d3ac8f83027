/** Why the embedded database does not run. The message tells the person who started the gateway what to do. */
export class EmbeddedProblem extends Error {
  /**
   * `unavailable`: it cannot run on this machine or for this user; nothing is lost. `owned`: another process has it. `broken`: it is there
   * and does not start.
   */
  readonly kind: 'unavailable' | 'owned' | 'broken';

  /** The message is shown as it is. */
  constructor(kind: EmbeddedProblem['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}
