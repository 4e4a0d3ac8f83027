import {
  billAnswer,
  isBilled,
  readUsageObject,
  toFailedCall,
  toSpentCall,
  type AnswerMeter,
  type AnswerTimes,
  type AnswerToBill,
  type AnswerToLog,
  type Bill,
  type ChargedCost,
} from '../../billing/index.ts';
import type { AnswerError, EngineError } from '../../errors/index.ts';
import type { Deployment } from '../../ports/index.ts';
import { headersOf } from '../call-headers.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { WholeAnswer } from '../stages/respond.ts';
import type { Attempt } from './run-attempt.ts';

/** The cost of an answer from the cache, as `x-litellm-response-cost` shows it. */
export const FREE = '0.0';

const NO_GUESS = 0;

/**
 * Charges a whole answer.
 *
 * out: its cost; undefined when the price is not known.
 */
export function chargeWhole(
  engine: EngineParts,
  open: OpenCall,
  attempt: Attempt,
  answer: WholeAnswer,
  sentMs: number,
): ChargedCost | undefined {
  const { plan } = attempt.planned;
  if (!isBilled(plan.dialect)) return undefined;
  const endedMs = engine.clock.monotonicMs();
  const usage = answer.usage ?? readUsageObject(answer.body);
  const bill = toBill(
    open,
    attempt,
    { text: answer.body, usage, guessedTokens: NO_GUESS, answerModel: answer.providerModel },
    endedMs - sentMs,
  );
  account(engine, open, attempt, bill, { text: answer.body, firstMs: endedMs, endedMs });
  return bill.cost;
}

/** Charges a stream that has ended, or broken off: then for what came until then. */
export function chargeStream(
  engine: EngineParts,
  open: OpenCall,
  attempt: Attempt,
  meter: AnswerMeter,
  { sentMs, firstMs, endedMs }: Omit<AnswerTimes, 'cameMs'> & { readonly sentMs: number },
): void {
  if (!isAccounted(engine, open) || !isBilled(attempt.planned.plan.dialect)) return;
  const { text, usage, model: answerModel } = meter;
  // Where the call is only recorded, tokens that nobody counted are not guessed.
  if (usage === undefined && !isCharged(engine)) return;
  const guessedTokens = usage === undefined ? meter.guessedTokens : NO_GUESS;
  const bill = toBill(open, attempt, { text, usage, guessedTokens, answerModel }, endedMs - sentMs);
  account(engine, open, attempt, bill, { text: meter.opening, failure: meter.failure, firstMs, endedMs });
}

/** What a stream costs by what has come of it, in USD; undefined where the price is not known. */
export function costOfStream(open: OpenCall, attempt: Attempt, meter: AnswerMeter, tookMs: number): number | undefined {
  const { text, usage, model: answerModel } = meter;
  return toBill(open, attempt, { text, usage, guessedTokens: NO_GUESS, answerModel }, tookMs).cost?.usd;
}

/** Whether calls are charged to anybody. Then tokens that no provider counted are guessed. */
export function isCharged({ spending, router }: EngineParts): boolean {
  return spending !== undefined || router.charges;
}

/** Whether anybody but the client needs to know what a call costs: an account, or a record. */
export function isAccounted(engine: EngineParts, { tape }: OpenCall): boolean {
  return tape !== undefined || isCharged(engine);
}

/** Logs an answer from the cache, which costs nothing. */
export function chargeKept(engine: EngineParts, open: OpenCall, attempt: Attempt, text: string, cacheKey: string): void {
  if (engine.spending === undefined) return;
  const nowMs = engine.clock.monotonicMs();
  const bill = toBill(open, attempt, { text, usage: readUsageObject(text), guessedTokens: NO_GUESS, answerModel: undefined }, 0);
  account(engine, open, attempt, bill, { text, cacheKey, firstMs: nowMs, endedMs: nowMs });
}

/** Logs a call that failed, where it is known who made it. */
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
    // Prices may depend on the time. That of the call's arrival is recorded, so that a replay arrives at the same cost.
    nowSeconds: ambient.nowSeconds,
    tookSeconds: tookMs / 1000,
  });
}

function account(
  { spending, config, router }: EngineParts,
  { callId, caller, endUser, endUserOff, accessGroups, raw, startedMs, tape }: OpenCall,
  { client, planned, request }: Attempt,
  bill: Bill,
  said: Omit<AnswerToLog, 'cameMs'>,
): void {
  // Not where the time is charged that an answer took: a replay takes another time.
  if (bill.cost?.byTime === false) tape?.charged(bill.cost.usd);
  if (said.cacheKey === undefined) router.charged(request, planned.deployment, bill.cost?.usd ?? 0);
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
  spending.spent(toSpentCall(call, bill, { ...said, cameMs: startedMs }));
}
