import type { GatewayConfig } from '../ports/index.ts';

/** Tokens of an answer, as its text says. */
export interface AnswerUsage {
  readonly total: number;
  /** Of the answer alone. */
  readonly completion: number;
  /** Of the total: of the prompt, read from the provider's cache. */
  readonly cached: number;
}

const NONE: AnswerUsage = { total: 0, completion: 0, cached: 0 };

/** How far behind its name the counts may stand. */
const USAGE_CHARS_MAX = 2_000;
const BLANK = 32;
const ZERO = 48;

/**
 * Reads the tokens of an answer off its text, whichever dialect it is in, without parsing it: enough for deployments' limits per
 * minute, not for money.
 *
 * in:  a whole answer, or the last piece of a stream that speaks of usage.
 * out: zeros when it says nothing.
 */
export function readUsage(text: string): AnswerUsage {
  const at = text.lastIndexOf('"usage"');
  if (at === -1) return NONE;
  const tail = text.slice(at, at + USAGE_CHARS_MAX);
  const completion = count(tail, '"completion_tokens":') || count(tail, '"output_tokens":');
  const total = count(tail, '"total_tokens":') || completion + (count(tail, '"prompt_tokens":') || count(tail, '"input_tokens":'));
  return { total, completion, cached: count(tail, '"cached_tokens":') };
}

/** The whole number behind a name; by hand, which takes a third of what an expression does, for every answer that somebody counts. */
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
 * Tokens of an answer that count towards its caller's limits: all of them, unless `general_settings.token_rate_limit_type` says of
 * the prompt or of the answer alone. Those from the provider's cache never do, as in the reference.
 */
export function limitedTokens({ total, completion, cached }: AnswerUsage, kind: GatewayConfig['tokenRateLimitType']): number {
  if (kind === 'output') return completion;
  return Math.max(0, (kind === 'input' ? total - completion : total) - cached);
}
