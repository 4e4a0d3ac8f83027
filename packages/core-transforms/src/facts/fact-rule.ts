/** A regular expression over model names and what holds for the names it finds. From the `fallback_generalizations` of LiteLLM's price map. */
export interface FactRule {
  /** Case is ignored; not anchored. */
  readonly pattern: string;
  /** Which provider a bare model name belongs to; such a rule says nothing else. */
  readonly provider?: string;
  readonly mode?: string;
  /** Tokens. */
  readonly outputTokensMax?: number;
  /** Tokens. */
  readonly inputTokensMax?: number;
  /** Full flag names, all of them true. */
  readonly flags: readonly string[];
  /** Table providers whose known models take over the flags they do not mention. */
  readonly fillsProviders: readonly string[];
}
