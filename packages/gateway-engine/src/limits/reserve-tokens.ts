import { toRawObject, type DialectId, type JsonObject, type JsonValue, type RawObject } from '@stagegate/core-transforms';
import type { RateLimit } from '../ports/index.ts';

/** The tokens of an answer that are reserved where nothing says how long it may be. */
const ANSWER_TOKENS = 1_024;
/** … but at most this part of the smallest limit (a quarter), so that one guess does not use up a small limit. */
const SHARE_OF_LIMIT = 4;
const CHARS_PER_TOKEN = 4;
/** The least that OpenAI's responses API accepts. */
const RESPONSES_TOKENS_MIN = 16;

/** Where each dialect has the prompt and the cap on the answer. Embeddings answer with no tokens. */
const DIALECTS: Partial<Readonly<Record<DialectId, { readonly prompt: string; readonly caps: readonly string[] }>>> = {
  'openai-chat': { prompt: 'messages', caps: ['max_tokens', 'max_completion_tokens'] },
  'anthropic-messages': { prompt: 'messages', caps: ['max_tokens', 'max_completion_tokens'] },
  'openai-completions': { prompt: 'prompt', caps: ['max_tokens', 'max_completion_tokens'] },
  'openai-embeddings': { prompt: 'input', caps: [] },
  'openai-responses': { prompt: 'input', caps: ['max_output_tokens'] },
};

/** Whether calls of a dialect count against rate limits. Counting a prompt's tokens does not, as in the reference. */
export function isLimited(dialect: DialectId): boolean {
  return dialect !== 'anthropic-count-tokens';
}

/** What a call is counted for before it is known what it uses. */
export interface TokenReserve {
  readonly tokens: number;
  /** The body to send. Where a limit is small and the client sets no cap, the answer is capped to a part of the limit. */
  readonly body: RawObject;
}

/**
 * Estimates the tokens of a call, so that many calls at once cannot all pass below one limit.
 *
 * out:    at least 1 token where a limit counts tokens; 0 where none does.
 * source: LiteLLM 1.106.2, parallel_request_limiter_v3.py: four characters per token; for the answer the client's cap, else 1,024 tokens or
 *         a quarter of the smallest limit.
 */
export function reserveTokens(limits: readonly RateLimit[], dialect: DialectId, body: RawObject): TokenReserve {
  const most = Math.min(...limits.map(({ tokens }) => tokens ?? Infinity));
  if (most === Infinity) return { tokens: 0, body };
  const words = DIALECTS[dialect];
  if (words === undefined) return { tokens: 1, body };
  const least = dialect === 'openai-responses' ? RESPONSES_TOKENS_MIN : 0;
  const share = Math.max(1, least, Math.min(ANSWER_TOKENS, Math.floor(most / SHARE_OF_LIMIT)));
  const asked = capOf(body.value, words.caps);
  const chars = countChars(body.value[words.prompt]);
  const prompt = chars === 0 ? 0 : Math.max(1, Math.floor(chars / CHARS_PER_TOKEN));
  const [cap] = words.caps;
  if (cap === undefined) return { tokens: Math.max(1, prompt), body };
  const guess = chars === 0 ? 0 : Math.max(prompt, share);
  const answer = asked === undefined ? guess : Math.max(asked, least);
  const tokens = Math.max(1, prompt + answer * countAnswers(body.value));
  if (asked !== undefined || share >= ANSWER_TOKENS) return { tokens, body };
  return { tokens, body: toRawObject({ ...body.value, [cap]: share }) };
}

function capOf(body: JsonObject, names: readonly string[]): number | undefined {
  const caps = names.map((name) => toWhole(body[name])).filter((cap) => cap !== undefined);
  return caps.length === 0 ? undefined : Math.max(...caps);
}

/** A whole number, which may be written as a string. */
export function toWhole(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? Math.trunc(number) : undefined;
}

/** How many answers a body asks for, at least one. */
export function countAnswers({ n, best_of: bestOf }: JsonObject): number {
  return Math.max(1, toWhole(n) ?? 1, toWhole(bestOf) ?? 1);
}

/** The characters of a prompt: messages with their text parts, a text, or a list of texts. */
function countChars(prompt: JsonValue | undefined): number {
  if (typeof prompt === 'string') return prompt.length;
  if (!Array.isArray(prompt)) return 0;
  return prompt.reduce<number>((sum, part) => sum + countCharsOfPart(part), 0);
}

function countCharsOfPart(part: JsonValue): number {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return String(part).length;
  const { content, text } = part as JsonObject;
  if (typeof text === 'string') return text.length;
  return content === undefined ? 0 : countChars(content);
}
