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
  const completion = count(tail, /"(?:completion|output)_tokens":\s*(\d+)/u);
  const total = count(tail, /"total_tokens":\s*(\d+)/u) || completion + count(tail, /"(?:prompt|input)_tokens":\s*(\d+)/u);
  return { total, completion, cached: count(tail, /"cached_tokens":\s*(\d+)/u) };
}

function count(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

/**
 * Tokens of an answer that count towards its caller's limits: all of them, unless `general_settings.token_rate_limit_type` says of
 * the prompt or of the answer alone. Those from the provider's cache never do, as in the reference.
 */
export function limitedTokens({ total, completion, cached }: AnswerUsage, kind: GatewayConfig['tokenRateLimitType']): number {
  if (kind === 'output') return completion;
  return Math.max(0, (kind === 'input' ? total - completion : total) - cached);
}
