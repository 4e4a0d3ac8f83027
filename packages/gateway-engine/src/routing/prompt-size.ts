import {
  boundTextTokens,
  countPrompt,
  estimateTextTokens,
  type CountText,
  type JsonObject,
  type JsonValue,
} from '@stagegate/core-transforms';

/**
 * The most tokens that one character of a body can count. An escaped character takes six of the body's for one of its own, and that counts
 * two. The shortest block of an image counts less.
 */
const TOKENS_PER_CHAR_MAX = 12;

/**
 * How long a call's prompt is, in whichever dialect, worked out only as exactly as it is asked for. To know that a prompt fits, the length
 * of the body is nearly always enough, else that of its texts. Reading the texts costs more than the rest of a choice.
 */
export class PromptSize {
  readonly #body: JsonObject;
  readonly #most: number;
  #bound: number | undefined;
  #tokens: number | undefined;

  /** `chars`: the length of the body's JSON text, where it is known. */
  constructor(body: JsonObject, chars = Infinity) {
    this.#body = body;
    this.#most = TOKENS_PER_CHAR_MAX * chars;
  }

  /** Tokens, estimated; counted once. */
  tokens(): number {
    return (this.#tokens ??= count(this.#body, estimateTextTokens));
  }

  /** Whether the prompt takes at most so many tokens. */
  fits(room: number): boolean {
    if (this.#most <= room) return true;
    this.#bound ??= count(this.#body, boundTextTokens);
    return this.#bound <= room || this.tokens() <= room;
  }
}

function count(body: JsonObject, countText: CountText): number {
  const { messages, system, tools, input, prompt, instructions } = body;
  if (Array.isArray(messages)) return countPrompt({ messages, system, tools }, countText);
  return countText([input, prompt, instructions].map(textOf).join('\n'));
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
