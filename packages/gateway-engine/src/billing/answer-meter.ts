import { estimateTextTokens, isObject, parseJson, type DialectId, type JsonObject } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';
import { endOfString, readAnswerModel } from './answer-model.ts';

/** Matches the text of an answer in the dialects whose streams may end without usage. */
const SAID = /"(?:content|reasoning_content|arguments|text)":\s*"((?:[^"\\]|\\.)*)"/gu;
/**
 * So many characters of a stream are kept before the text in them is counted and they are dropped. Most streams are shorter, or their
 * provider's own count comes first, and cost no search.
 */
const UNCOUNTED_CHARS = 16_384;
/** The least that is kept of an answer whose text is logged. */
const KEPT_CHARS = 262_144;

/** What a meter has to look for, beside the usage that the provider counts. Default: nothing. */
export interface MeterNeeds {
  /** Tokens are estimated in case the provider does not count them: see `endsUncounted`. */
  readonly guessesTokens?: boolean;
  /** The answer is charged by what the provider calls its model: see `isChargedByAnswer`. */
  readonly seeksModel?: boolean;
  /** The text of the answer is logged, so that all of it is kept and not its beginning alone. */
  readonly keepsText?: boolean;
}

/**
 * Reads the usage, the model and the beginning of an answer off its text, whole or streamed. One per attempt. A class, because every chunk
 * passes through it.
 */
export class AnswerMeter {
  readonly #guesses: boolean;
  readonly #keeps: boolean;
  #opening = '';
  #first = '';
  #last = '';
  #counted: JsonObject | undefined;
  #model: string | undefined;
  #seeksModel: boolean;
  /** What was given to the client since tokens were last guessed. */
  #uncounted = '';
  #guessed = 0;
  #failure: EngineError | undefined;

  constructor({ guessesTokens = false, seeksModel = false, keepsText = false }: MeterNeeds) {
    this.#guesses = guessesTokens;
    this.#keeps = keepsText;
    this.#seeksModel = seeksModel;
  }

  /** Text from the provider. */
  heard(text: string): void {
    if (!this.#seeksModel) return;
    this.#model = readAnswerModel(text);
    this.#seeksModel = this.#model === undefined;
  }

  /** Text for the client. */
  gave(text: string): void {
    if (this.#opening === '') this.#opening = text;
    else if (this.#keeps && this.#opening.length < KEPT_CHARS) this.#opening += text;
    // V8 searches for six characters directly, but builds tables for seven (measured: three times as fast).
    if (text.includes('usage"') && text.includes('"usage"')) {
      if (this.#first === '') this.#first = text;
      this.#last = text;
    }
    if (this.#guesses && this.#counted === undefined) this.#guess(text);
  }

  /** The provider's count, where a transform knows it, whether or not the client sees it. */
  counted(usage: JsonObject): void {
    this.#counted = usage;
  }

  /** A stream broke off after its first event. */
  broke(error: EngineError): void {
    this.#failure = error;
  }

  /** Why the stream broke off; undefined: it did not. */
  get failure(): EngineError | undefined {
    return this.#failure;
  }

  /** The beginning of the answer, where its id is; all of it where it is logged. */
  get opening(): string {
    return this.#opening;
  }

  /** The provider's name for the model, where that was asked for. */
  get model(): string | undefined {
    return this.#model;
  }

  /** The pieces that hold usage; empty when none did. */
  get text(): string {
    return this.#first === this.#last ? this.#last : this.#first + this.#last;
  }

  /** Undefined: there is no count. */
  get usage(): JsonObject | undefined {
    return this.#counted ?? readUsageObject(this.text);
  }

  /** The answer's tokens, estimated from its text if there is no count; else 0. */
  get guessedTokens(): number {
    return this.usage === undefined ? this.#guessed + guessTokens(this.#uncounted) : 0;
  }

  #guess(text: string): void {
    this.#uncounted += text;
    if (this.#uncounted.length < UNCOUNTED_CHARS) return;
    this.#guessed += guessTokens(this.#uncounted);
    this.#uncounted = '';
  }
}

/** Estimates the tokens of the text in events. */
function guessTokens(events: string): number {
  let said = '';
  for (const [, text = ''] of events.matchAll(SAID)) said += text;
  return estimateTextTokens(said);
}

/** Whether a stream may end without usage, because the client has to ask for it and has not. */
export function endsUncounted(dialect: DialectId, body: JsonObject): boolean {
  if (dialect !== 'openai-chat' && dialect !== 'openai-completions') return false;
  const options = body['stream_options'];
  return !isObject(options) || options['include_usage'] !== true;
}

/** The id of an answer, or of the stream that begins like this; undefined when it has none. */
export function readAnswerId(text: string): string | undefined {
  return /"id":\s*"([^"\\]{1,500})"/u.exec(text)?.[1];
}

/**
 * The usage in an answer, or in the pieces of a stream that hold any; for each member the last value.
 *
 * Text that a model wrote cannot be mistaken for usage, because its quotes are escaped.
 */
export function readUsageObject(text: string): JsonObject | undefined {
  let found: Record<string, JsonObject[string]> | undefined;
  for (let at = text.indexOf('"usage"'); at !== -1; at = text.indexOf('"usage"', at + 7)) {
    const usage = objectAt(text, at + 7);
    if (usage === undefined) continue;
    found ??= {};
    for (const [name, value] of Object.entries(usage)) if (value !== null) found[name] = value;
  }
  return found;
}

/** The object behind a colon. */
function objectAt(text: string, from: number): JsonObject | undefined {
  const start = /^\s*:\s*(?=\{)/u.exec(text.slice(from, from + 20));
  if (start === null) return undefined;
  const begin = from + start[0].length;
  const end = endOfObject(text, begin);
  if (end === -1) return undefined;
  const value = parseJson(text.slice(begin, end));
  return isObject(value) ? value : undefined;
}

/** The end of the object that begins here; -1 where the text ends first. */
export function endOfObject(text: string, begin: number): number {
  let depth = 0;
  for (let at = begin; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x22) at = endOfString(text, at);
    else if (char === 0x7b) depth += 1;
    else if (char === 0x7d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
