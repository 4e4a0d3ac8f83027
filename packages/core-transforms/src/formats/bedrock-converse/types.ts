import type { JsonObject, JsonValue } from '../../contract/json.ts';

/** A whole answer, as far as it is read. */
export interface ConverseAnswer {
  readonly content: readonly JsonObject[];
  readonly stopReason: JsonValue | undefined;
  /** Undefined when the provider counted nothing. */
  readonly usage: JsonObject | undefined;
  readonly whole: JsonObject;
}

/** An answer's text with what it cites, in OpenAI's words. */
export interface CitedText {
  readonly text: string;
  readonly annotations: readonly JsonObject[];
}

/** What an answer's thinking tells of tokens. */
export interface ThinkingSeen {
  /** The model thought, readably or not. */
  readonly isThere: boolean;
  /** Readable thinking, to estimate from where nobody counted; empty in a stream, which the reference does not estimate. */
  readonly text: string;
  /** Tokens of thinking as the model's own API counted them. */
  readonly counted: number | undefined;
}

/** What a chat request's tools become. */
export interface ConverseTools {
  /** For `toolConfig`. */
  readonly tools: readonly JsonObject[];
  /** For `additionalModelRequestFields`, in Anthropic's shape. */
  readonly computerTools: readonly JsonObject[];
}
