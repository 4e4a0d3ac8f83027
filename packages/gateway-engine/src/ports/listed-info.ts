/** What a list of models says of one, beside its name. Absent members are not known. */
export interface ListedInfo {
  /** `chat`, `embedding` … */
  readonly mode?: string;
  /** For people. */
  readonly displayName?: string;
  /** Tokens. */
  readonly inputTokensMax?: number;
  readonly outputTokensMax?: number;
}
