import type { ClientAnswer } from '@stagegate/core-transforms';
import {
  billAnswer,
  isBilled,
  readUsageObject,
  toFailedCall,
  toSpentCall,
  type AnswerToBill,
  type AnswerToLog,
  type Bill,
  type ChargedCost,
} from '@stagegate/gateway-engine/billing';
import type { AnswerError, EngineError } from '@stagegate/gateway-engine/errors';
import type { Deployment } from '@stagegate/gateway-engine/ports';
import type { PlannedCall } from './call-provider.ts';
import { headersOf, type App, type Exchange } from './parts.ts';
import type { ProviderRoute } from './route-table.ts';
import type { AttemptWatch } from './watch-attempt.ts';

/** Charges a whole answer. Gives its cost; undefined when the price is not known. */
export function chargeWhole(
  app: App,
  exchange: Exchange,
  planned: PlannedCall,
  { body, usage = readUsageObject(body) }: ClientAnswer,
  { answerModel, tookMs }: { readonly answerModel: string | undefined; readonly tookMs: number },
): ChargedCost | undefined {
  if (!isBilled(planned.plan.dialect)) return undefined;
  const bill = toBill(exchange, planned, { text: body, usage, guessedTokens: 0, answerModel }, tookMs);
  const nowMs = app.clock.monotonicMs();
  note(app, exchange, planned, bill, { text: body, firstMs: nowMs, endedMs: nowMs });
  return bill.cost;
}

/** Charges a stream for what came of it. The times are monotonic. */
export function chargeStream(
  app: App,
  exchange: Exchange,
  planned: PlannedCall,
  { meter, askedMs }: AttemptWatch,
  { firstMs, endedMs }: { readonly firstMs: number; readonly endedMs: number },
): void {
  const charged = isCharged(app);
  if ((!charged && exchange.tape === undefined) || !isBilled(planned.plan.dialect)) return;
  const { text, usage, guessedTokens, model: answerModel, opening, failure } = meter;
  if (!charged && usage === undefined) return;
  const bill = toBill(exchange, planned, { text, usage, guessedTokens, answerModel }, endedMs - askedMs);
  note(app, exchange, planned, bill, { text: opening, failure, firstMs, endedMs });
}

/** What a stream costs by what has come of it, in USD; undefined where the price is not known. */
export function costOfStream(exchange: Exchange, planned: PlannedCall, { meter }: AttemptWatch, tookMs: number): number | undefined {
  const { text, usage, model: answerModel } = meter;
  return toBill(exchange, planned, { text, usage, guessedTokens: 0, answerModel }, tookMs).cost?.usd;
}

/** Whether calls are charged to anybody. Then tokens that no provider counted are guessed; for a record alone they are not. */
export function isCharged({ spending, router }: App): boolean {
  return spending !== undefined || router.charges;
}

/** Logs an answer from the cache, which costs nothing. */
export function noteKept(app: App, exchange: Exchange, planned: PlannedCall, text: string, cacheKey: string): void {
  if (app.spending === undefined) return;
  const nowMs = app.clock.monotonicMs();
  const bill = toBill(exchange, planned, { text, usage: readUsageObject(text), guessedTokens: 0, answerModel: undefined }, 0);
  note(app, exchange, planned, bill, { text, cacheKey, firstMs: nowMs, endedMs: nowMs });
}

/** Why a call failed, what its client is shown of that, and the deployment at which it failed. */
interface FailedCall {
  readonly problem: EngineError;
  readonly shown: AnswerError;
  readonly deployment: Deployment | undefined;
}

/** Logs a call that failed, if its caller is known. */
export function noteFailed(
  { spending, config, clock }: App,
  exchange: Exchange,
  { dialect }: ProviderRoute,
  { problem, shown, deployment }: FailedCall,
): void {
  const { callId, caller, endUserOff, asked, startedMs } = exchange;
  if (spending === undefined || caller === undefined || !isBilled(dialect)) return;
  const call = {
    callId,
    caller,
    endUserOff,
    ...headersOf(exchange),
    body: asked?.body ?? {},
    dialect,
    modelGroup: asked?.model ?? '',
    deployment,
    config,
  };
  spending.failed(toFailedCall(call, problem, shown, { cameMs: startedMs, endedMs: clock.monotonicMs() }));
}

function toBill(
  { ambient }: Exchange,
  { client, deployment, plan, transform }: PlannedCall,
  answer: Pick<AnswerToBill, 'text' | 'usage' | 'guessedTokens' | 'answerModel'>,
  tookMs: number,
): Bill {
  const times = { nowSeconds: ambient.nowSeconds, tookSeconds: tookMs / 1000 };
  return billAnswer({ deployment, dialect: plan.dialect, body: client.body.value, transform, ...answer, ...times });
}

function note(
  { spending, config, router }: App,
  exchange: Exchange,
  { client, deployment, plan, request }: PlannedCall,
  bill: Bill,
  said: Omit<AnswerToLog, 'cameMs'>,
): void {
  const { callId, caller, endUser, endUserOff, accessGroups, startedMs, tape } = exchange;
  if (bill.cost?.byTime === false) tape?.charged(bill.cost.usd);
  if (said.cacheKey === undefined) router.charged(request, deployment, bill.cost?.usd ?? 0);
  const call = {
    callId,
    caller,
    endUser,
    endUserOff,
    accessGroups,
    ...headersOf(exchange),
    body: client.body.value,
    dialect: plan.dialect,
    modelGroup: request.target.group,
    deployment,
    config,
  };
  spending?.spent(toSpentCall(call, bill, { ...said, cameMs: startedMs }));
}
