import {
  boundTextTokens,
  countPrompt,
  estimateTextTokens,
  type CountText,
  type JsonObject,
  type JsonValue,
} from '@stagegate/core-transforms';

/**
 * How long a call's prompt is, whichever dialect it is in: worked out no closer than somebody asks. To know that a prompt fits, the
 * lengths of its texts are nearly always enough; reading them costs more than everything else about a choice.
 */
export class PromptSize {
  readonly #body: JsonObject;
  #bound: number | undefined;
  #tokens: number | undefined;

  constructor(body: JsonObject) {
    this.#body = body;
  }

  /** Tokens, estimated; counted once. */
  tokens(): number {
    return (this.#tokens ??= count(this.#body, estimateTextTokens));
  }

  /** Whether it takes no more than so many tokens. */
  fits(room: number): boolean {
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
