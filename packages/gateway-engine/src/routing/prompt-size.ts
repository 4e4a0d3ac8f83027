import {
  boundTextTokens,
  countPrompt,
  estimateTextTokens,
  type CountText,
  type JsonObject,
  type JsonValue,
} from '@stagegate/core-transforms';

/**
 * What a character of a body counts at most: one that is escaped six for itself, each of them two. The shortest block of an image
 * counts less.
 */
const TOKENS_PER_CHAR_MAX = 12;

/**
 * How long a call's prompt is, whichever dialect it is in: worked out no closer than somebody asks. To know that a prompt fits, the
 * length of the body is nearly always enough, else those of its texts; reading them costs more than everything else about a choice.
 */
export class PromptSize {
  readonly #body: JsonObject;
  readonly #most: number;
  #bound: number | undefined;
  #tokens: number | undefined;

  /** `chars`: of the body's JSON text, where they are known. */
  constructor(body: JsonObject, chars = Infinity) {
    this.#body = body;
    this.#most = TOKENS_PER_CHAR_MAX * chars;
  }

  /** Tokens, estimated; counted once. */
  tokens(): number {
    return (this.#tokens ??= count(this.#body, estimateTextTokens));
  }

  /** Whether it takes no more than so many tokens. */
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
