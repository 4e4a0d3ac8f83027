import {
  billAnswer,
  isBilled,
  readUsageObject,
  toFailedCall,
  toSpentCall,
  type AnswerMeter,
  type AnswerTimes,
  type AnswerToBill,
  type Bill,
} from '../billing/index.ts';
import type { AnswerError, EngineError } from '../errors/index.ts';
import type { Deployment } from '../ports/index.ts';
import { pythonNumber } from '../text/index.ts';
import type { Attempt } from './attempt.ts';
import { headersOf } from './call-headers.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import type { WholeAnswer } from './stages/respond.ts';

/** What an answer from the cache costs, as the header shows it. */
export const FREE = '0.0';

const NO_GUESS = 0;

/**
 * Charges a whole answer.
 *
 * out: USD, as `x-litellm-response-cost` shows it; undefined when nobody knows what it costs.
 */
export function chargeWhole(engine: EngineParts, open: OpenCall, the: Attempt, answer: WholeAnswer, sentMs: number): string | undefined {
  const { plan } = the.planned;
  if (!isBilled(plan.dialect)) return undefined;
  const endedMs = engine.clock.monotonicMs();
  const usage = answer.usage ?? readUsageObject(answer.body);
  const bill = toBill(
    open,
    the,
    { text: answer.body, usage, guessedTokens: NO_GUESS, answerModel: answer.providerModel },
    endedMs - sentMs,
  );
  tell(engine, open, the, bill, answer.body, undefined, endedMs, endedMs);
  return bill.cost === undefined ? undefined : pythonNumber(bill.cost.usd);
}

/** Charges a stream that has come to its end, or as far as it came. */
export function chargeStream(
  engine: EngineParts,
  open: OpenCall,
  the: Attempt,
  meter: AnswerMeter,
  { sentMs, firstMs, endedMs }: Omit<AnswerTimes, 'cameMs'> & { readonly sentMs: number },
): void {
  if (!isAccounted(engine, open) || !isBilled(the.planned.plan.dialect)) return;
  const { text, usage, guessedTokens, model: answerModel } = meter;
  // A record says what is known, and nothing is guessed for its sake.
  if (usage === undefined && !isCharged(engine)) return;
  const bill = toBill(open, the, { text, usage, guessedTokens, answerModel }, endedMs - sentMs);
  tell(engine, open, the, bill, meter.opening, undefined, firstMs, endedMs, meter.failure);
}

/** Whether anybody has to pay for calls, so that the tokens are guessed that nobody counts. */
export function isCharged({ spending, router }: EngineParts): boolean {
  return spending !== undefined || router.charges;
}

/** Whether anybody wants to know what a call costs, beside its client. */
export function isAccounted(engine: EngineParts, { tape }: OpenCall): boolean {
  return tape !== undefined || isCharged(engine);
}

/** Notes an answer from the cache, which costs nothing. */
export function chargeKept(engine: EngineParts, open: OpenCall, the: Attempt, text: string, cacheKey: string): void {
  if (engine.spending === undefined) return;
  const nowMs = engine.clock.monotonicMs();
  const bill = toBill(open, the, { text, usage: readUsageObject(text), guessedTokens: NO_GUESS, answerModel: undefined }, 0);
  tell(engine, open, the, bill, text, cacheKey, nowMs, nowMs);
}

/** Notes a call of somebody known that failed. */
export function noteFailed(
  engine: EngineParts,
  open: OpenCall,
  error: EngineError,
  shown: AnswerError,
  deployment: Deployment | undefined,
): void {
  const { callId, caller, endUserOff, raw, route, asked, startedMs } = open;
  if (engine.spending === undefined || caller === undefined || !isBilled(route.dialect)) return;
  const call = {
    callId,
    caller,
    endUserOff,
    ...headersOf(raw),
    body: asked?.body.value ?? {},
    dialect: route.dialect,
    modelGroup: asked?.target ?? asked?.model ?? '',
    deployment,
    config: engine.config,
  };
  engine.spending.failed(toFailedCall(call, error, shown, { cameMs: startedMs, endedMs: engine.clock.monotonicMs() }));
}

function toBill(
  { ambient }: OpenCall,
  { client, planned }: Attempt,
  answer: Pick<AnswerToBill, 'text' | 'usage' | 'guessedTokens' | 'answerModel'>,
  tookMs: number,
): Bill {
  return billAnswer({
    deployment: planned.deployment,
    dialect: planned.plan.dialect,
    body: client.body.value,
    transform: planned.transform,
    ...answer,
    // When the call came: a replay comes to the same.
    nowSeconds: ambient.nowSeconds,
    tookSeconds: tookMs / 1000,
  });
}

function tell(
  { spending, config, router }: EngineParts,
  { callId, caller, endUser, endUserOff, accessGroups, raw, startedMs, tape }: OpenCall,
  { client, planned, request }: Attempt,
  bill: Bill,
  opening: string,
  cacheKey: string | undefined,
  firstMs: number,
  endedMs: number,
  failure?: EngineError,
): void {
  // A replay could not come to the same where time is charged.
  if (bill.cost?.byTime === false) tape?.charged(bill.cost.usd);
  if (cacheKey === undefined) router.charged(request, planned.deployment, bill.cost?.usd ?? 0);
  if (spending === undefined) return;
  const call = {
    callId,
    caller,
    endUser,
    endUserOff,
    accessGroups,
    ...headersOf(raw),
    body: client.body.value,
    dialect: planned.plan.dialect,
    modelGroup: request.target.group,
    deployment: planned.deployment,
    config,
  };
  spending.spent(toSpentCall(call, bill, opening, cacheKey, { cameMs: startedMs, firstMs, endedMs }, failure));
}
