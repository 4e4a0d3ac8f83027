import type { JsonObject, JsonValue } from '../../contract/json.ts';

/** The members of a whole answer that are read. */
export interface ConverseAnswer {
  readonly content: readonly JsonObject[];
  readonly stopReason: JsonValue | undefined;
  /** Undefined if the provider reported none. */
  readonly usage: JsonObject | undefined;
  readonly whole: JsonObject;
}

/** An answer's text with its citations, in OpenAI's shape. */
export interface CitedText {
  readonly text: string;
  readonly annotations: readonly JsonObject[];
}

/** What is known of an answer's thinking, to count its tokens. */
export interface ThinkingSeen {
  /** Whether the model thought, readably or not. */
  readonly isThere: boolean;
  /** Readable thinking, for an estimate if there is no count; empty in a stream, for which the reference makes no estimate. */
  readonly text: string;
  /** Tokens of thinking as the model's own API counted them. */
  readonly counted: number | undefined;
}

/** A chat request's converted tools. */
export interface ConverseTools {
  /** For `toolConfig`. */
  readonly tools: readonly JsonObject[];
  /** For `additionalModelRequestFields`, in Anthropic's shape. */
  readonly computerTools: readonly JsonObject[];
}
