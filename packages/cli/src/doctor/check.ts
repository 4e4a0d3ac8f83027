/** The result of one check. */
export interface Check {
  /** What was checked, in a word or two. */
  readonly name: string;
  /** `warning`: the gateway serves, but perhaps not everything that somebody expects. */
  readonly state: 'ok' | 'warning' | 'problem';
  /** For people; never a secret. */
  readonly says: string;
}
