/** What the generated table knows of one model. Source: LiteLLM's price map (see NOTICE); refresh with `pnpm facts --from FILE`. */
export interface ModelFacts {
  /** `chat`, `completion`, `embedding`, `ocr` … */
  readonly mode: string | undefined;
  /** Tokens, at most, in one answer. */
  readonly outputTokensMax: number | undefined;
  /** Tokens, at most, in one prompt. */
  readonly inputTokensMax: number | undefined;
  /** Names without their `supports_` prefix: `reasoning`, `response_schema`, `native_structured_output`, `adaptive_thinking` … */
  readonly supports: ReadonlySet<string>;
}

/** Facts about a provider's model, or undefined for one the table does not hold. */
export function lookupModelFacts(provider: string, model: string): ModelFacts | undefined {
  throw new Error(`written next ${provider} ${model}`);
}
