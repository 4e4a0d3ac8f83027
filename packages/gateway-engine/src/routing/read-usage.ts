import type { GatewayConfig } from '../ports/index.ts';

/** The tokens of an answer, as read off its text. */
export interface AnswerUsage {
  readonly total: number;
  /** Of the answer alone. */
  readonly completion: number;
  /** The part of the total that the provider read from its cache. */
  readonly cached: number;
}

const NONE: AnswerUsage = { total: 0, completion: 0, cached: 0 };

/** How far behind the name of a count its value may be. */
const USAGE_CHARS_MAX = 2_000;
const BLANK = 32;
const ZERO = 48;

/**
 * Reads the tokens of an answer off its text, in any dialect, without parsing it. Exact enough for limits per minute, not for money.
 *
 * in:  a whole answer, or the last piece of a stream that has usage.
 * out: zeros when it has none.
 */
export function readUsage(text: string): AnswerUsage {
  const at = text.lastIndexOf('"usage"');
  if (at === -1) return NONE;
  const tail = text.slice(at, at + USAGE_CHARS_MAX);
  const completion = count(tail, '"completion_tokens":') || count(tail, '"output_tokens":');
  const total = count(tail, '"total_tokens":') || completion + (count(tail, '"prompt_tokens":') || count(tail, '"input_tokens":'));
  return { total, completion, cached: count(tail, '"cached_tokens":') };
}

/** The whole number behind a name. By hand: a regular expression takes three times as long, for every answer that is counted. */
function count(text: string, name: string): number {
  const found = text.indexOf(name);
  if (found === -1) return 0;
  let at = found + name.length;
  while (text.charCodeAt(at) === BLANK) at += 1;
  let value = 0;
  for (let digit = text.charCodeAt(at) - ZERO; digit >= 0 && digit <= 9; digit = text.charCodeAt(at) - ZERO) {
    value = value * 10 + digit;
    at += 1;
  }
  return value;
}

/**
 * The tokens of an answer that count towards its caller's limits: all of them, unless `general_settings.token_rate_limit_type` says the
 * prompt's or the answer's alone. Cached tokens never do, as in the reference.
 */
export function limitedTokens({ total, completion, cached }: AnswerUsage, kind: GatewayConfig['tokenRateLimitType']): number {
  if (kind === 'output') return completion;
  return Math.max(0, (kind === 'input' ? total - completion : total) - cached);
}
