import type { EngineError } from '../errors/index.ts';
import type { UpstreamAnswer } from '../ports/index.ts';
import { limitedTokens, readUsage, type AnswerUsage } from '../routing/index.ts';
import type { Attempt, Attempted } from './attempt.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';

/** An attempt that came to nothing: the router is told. */
export function failAttempt(
  engine: EngineParts,
  { request, planned }: Attempt,
  error: EngineError,
  answer: UpstreamAnswer | undefined,
): Attempted {
  engine.router.ended(request, planned.deployment, undefined, engine.clock.monotonicMs());
  return { ok: false, error, answer };
}

/**
 * Notes a whole answer with who counts: the router, the caller's limits.
 *
 * in: `given`, what the deployment said, and `shown`, what the client sees of it: with more in it where some of it was kept.
 */
export function noteWhole(
  { router, config }: EngineParts,
  { hold }: OpenCall,
  { request, planned }: Attempt,
  given: string,
  shown: string,
  sentMs: number,
  providerMs: number,
): void {
  const { deployment } = planned;
  const nowMs = sentMs + providerMs;
  router.answered(request, deployment, nowMs);
  if (hold === undefined && !router.countsTokens(request)) return;
  const usage = readUsage(given);
  hold?.told(limitedTokens(given === shown ? usage : readUsage(shown), config.tokenRateLimitType));
  const times = { latencySeconds: perToken(providerMs, usage), firstEventSeconds: undefined };
  router.ended(request, deployment, { times, usage }, nowMs);
}

/** As the reference: seconds per token of the answer where the provider counted them, else for the whole. */
export function perToken(ms: number, { completion }: AnswerUsage): number {
  return ms / 1000 / Math.max(1, completion);
}
