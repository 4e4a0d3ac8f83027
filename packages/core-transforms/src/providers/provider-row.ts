import type { FormatId } from '../contract/plan.ts';
import type { AuthPlacement } from '../contract/wire.ts';

/** One provider as data. A new OpenAI-compatible provider is one row and four vectors; code is for formats. */
export interface ProviderRow {
  /** As it stands before the slash in `litellm_params.model`. */
  readonly id: string;
  /** As the reference names it in error messages (`OpenAIException`, `AnthropicException`). */
  readonly errorName: string;
  readonly format: FormatId;
  /** Where it lives when neither deployment nor environment says otherwise; undefined when there is no public endpoint. */
  readonly baseUrl: string | undefined;
  /** Environment variables that may hold the key, first found wins. */
  readonly keyEnv: readonly string[];
  /** Environment variables that may hold the base URL. */
  readonly baseEnv: readonly string[];
  readonly auth: AuthPlacement;
  /** Chat parameters: what may pass, what is renamed. See params/. */
  readonly params: ParamRules;
  /** Page the row was written from, and when (YYYY-MM-DD). */
  readonly source: string;
  readonly date: string;
}

/** Which chat parameters a provider takes. Everything here is data that `params/` interprets. */
export interface ParamRules {
  /** OpenAI parameters that pass. Others are refused with a 400, or dropped under `drop_params`. */
  readonly allow: readonly string[];
  /** Old name → new name. */
  readonly rename?: Readonly<Record<string, string>>;
}
