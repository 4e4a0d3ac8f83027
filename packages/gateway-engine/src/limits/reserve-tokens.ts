import { toRawObject, type DialectId, type JsonObject, type JsonValue, type RawObject } from '@stagegate/core-transforms';
import type { RateLimit } from '../ports/index.ts';

/** What an answer is thought to take at least when nobody says how long it may be. */
const ANSWER_TOKENS = 1_024;
/** A small limit is not to be used up by one such guess. */
const SHARE_OF_LIMIT = 4;
const CHARS_PER_TOKEN = 4;
/** OpenAI's Responses take no less. */
const RESPONSES_TOKENS_MIN = 16;

/** How dialects say what is asked, and how long the answer may be; embeddings are no answer in tokens. */
const DIALECTS: Partial<Readonly<Record<DialectId, { readonly prompt: string; readonly caps: readonly string[] }>>> = {
  'openai-chat': { prompt: 'messages', caps: ['max_tokens', 'max_completion_tokens'] },
  'anthropic-messages': { prompt: 'messages', caps: ['max_tokens', 'max_completion_tokens'] },
  'openai-completions': { prompt: 'prompt', caps: ['max_tokens', 'max_completion_tokens'] },
  'openai-embeddings': { prompt: 'input', caps: [] },
  'openai-responses': { prompt: 'input', caps: ['max_output_tokens'] },
};

/** Whether calls of a dialect count at all: to ask how long a prompt is takes nothing of any limit, as in the reference. */
export function isLimited(dialect: DialectId): boolean {
  return dialect !== 'anthropic-count-tokens';
}

/** What a call is counted for before anybody knows what it takes. */
export interface TokenReserve {
  readonly tokens: number;
  /** As it is to be sent: where a limit is small and the client names none of its own, the answer is cut to a share of it. */
  readonly body: RawObject;
}

/**
 * Estimates what a call takes, so that many at once cannot all pass below one limit.
 *
 * out:    at least 1 token where a limit counts them; 0 where none does.
 * source: LiteLLM 1.106.2, parallel_request_limiter_v3.py: a token has four characters; the answer takes what the client allows,
 *         else 1,024 tokens or a quarter of the smallest limit.
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
  const answer = asked === undefined ? (chars === 0 ? 0 : Math.max(prompt, share)) : Math.max(asked, least);
  const tokens = Math.max(1, prompt + answer * countAnswers(body.value));
  if (asked !== undefined || share >= ANSWER_TOKENS) return { tokens, body };
  return { tokens, body: toRawObject({ ...body.value, [cap]: share }) };
}

function capOf(body: JsonObject, names: readonly string[]): number | undefined {
  const caps = names.map((name) => toWhole(body[name])).filter((cap) => cap !== undefined);
  return caps.length === 0 ? undefined : Math.max(...caps);
}

/** A whole number, also as a text. */
export function toWhole(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? Math.trunc(number) : undefined;
}

/** How many answers a body asks for, at least one. */
export function countAnswers({ n, best_of: bestOf }: JsonObject): number {
  return Math.max(1, toWhole(n) ?? 1, toWhole(bestOf) ?? 1);
}

/** Of texts: messages with their text parts, a text, or a list of them. */
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
