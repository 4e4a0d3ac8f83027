import type { CallAnswer } from '../../ports/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { ParsedCall } from '../stages/parse.ts';

/** Answers a call that was admitted. */
export type AnswerCall = (engine: EngineParts, open: OpenCall, call: ParsedCall) => Promise<CallAnswer>;

/** Takes what a call needs of one kind of limit and lets `next` answer it, or refuses it where there is not enough left. */
export type Limit = (engine: EngineParts, open: OpenCall, call: ParsedCall, next: AnswerCall) => Promise<CallAnswer>;

/**
 * Puts limits in front of what answers calls: the first is asked first, and its hold ends last.
 *
 * cost: the chain is built once; a call pays one function call per limit.
 */
export function within(limits: readonly Limit[], answer: AnswerCall): AnswerCall {
  return limits.reduceRight<AnswerCall>((next, limit) => (engine, open, call) => limit(engine, open, call, next), answer);
}
