/** One thing that was looked at. */
export interface Check {
  /** What was looked at, in a word or two. */
  readonly name: string;
  /** `warning`: it serves, though not all that somebody may expect. */
  readonly state: 'ok' | 'warning' | 'problem';
  /** For people; never a secret. */
  readonly says: string;
}
