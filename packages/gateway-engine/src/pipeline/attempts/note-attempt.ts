import type { EngineError } from '../../errors/index.ts';
import type { UpstreamAnswer } from '../../ports/index.ts';
import { limitedTokens, readUsage, type AnswerUsage } from '../../routing/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { Attempt, Attempted } from './run-attempt.ts';

/** Tells the router that an attempt failed, and gives the failure. */
export function failAttempt(
  engine: EngineParts,
  { request, planned }: Attempt,
  error: EngineError,
  answer: UpstreamAnswer | undefined,
): Attempted {
  engine.router.ended(request, planned.deployment, undefined, engine.clock.monotonicMs());
  return { ok: false, error, answer };
}

/** Takes a step of an attempt that has begun. Nobody else would tell the router after a bug that it is over, and it would be in flight for ever. */
export async function endedByBug<T>(engine: EngineParts, { request, planned }: Attempt, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (bug) {
    engine.router.ended(request, planned.deployment, undefined, engine.clock.monotonicMs());
    throw bug;
  }
}

/** A whole answer, and how long it took. */
export interface WholeAttempt {
  /** The answer in the client's dialect, as far as the deployment gave it. */
  readonly given: string;
  /** The answer as the client sees it. It holds more than `given` where part of it came from the cache. */
  readonly shown: string;
  /** Monotonic. */
  readonly sentMs: number;
  readonly providerMs: number;
}

/** Tells the router and the caller's limits of a whole answer and its tokens. */
export function noteWhole(
  { router, config }: EngineParts,
  { hold }: OpenCall,
  { request, planned }: Attempt,
  { given, shown, sentMs, providerMs }: WholeAttempt,
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

/** Latency as the reference's router reckons it: seconds per token of the answer, or of the whole where no tokens were counted. */
export function perToken(ms: number, { completion }: AnswerUsage): number {
  return ms / 1000 / Math.max(1, completion);
}
