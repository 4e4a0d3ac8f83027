import type { ClientAnswer } from '@stagegate/core-transforms';
import { billAnswer, isBilled, readUsageObject, toFailedCall, toSpentCall, type Bill } from '@stagegate/gateway-engine/billing';
import type { AnswerError, EngineError } from '@stagegate/gateway-engine/errors';
import type { Deployment } from '@stagegate/gateway-engine/ports';
import type { PlannedCall } from './call-provider.ts';
import { headersOf, type App, type Exchange } from './parts.ts';
import { pythonFloat } from './quirks/python-float.ts';
import type { ProviderRoute } from './route-table.ts';
import type { AttemptWatch } from './watch-attempt.ts';

/** Charges a whole answer; what it costs as the header shows it, or undefined when nobody knows. */
export function chargeWhole(
  app: App,
  exchange: Exchange,
  planned: PlannedCall,
  { body, usage = readUsageObject(body) }: ClientAnswer,
  { meter }: AttemptWatch,
  tookMs: number,
): string | undefined {
  const { dialect } = planned.plan;
  if (!isBilled(dialect)) return undefined;
  const bill = toBill(exchange, planned, body, usage, 0, meter.model, tookMs);
  const nowMs = app.clock.monotonicMs();
  note(app, exchange, planned, bill, body, nowMs, nowMs);
  return bill.cost === undefined ? undefined : pythonFloat(bill.cost.usd);
}

/** Charges a stream as far as it came. */
export function chargeStream(
  app: App,
  exchange: Exchange,
  planned: PlannedCall,
  { meter, askedMs }: AttemptWatch,
  firstMs: number,
  endedMs: number,
): void {
  const charged = isCharged(app);
  if ((!charged && exchange.tape === undefined) || !isBilled(planned.plan.dialect)) return;
  const { usage } = meter;
  if (!charged && usage === undefined) return;
  const bill = toBill(exchange, planned, meter.text, usage, meter.guessedTokens, meter.model, endedMs - askedMs);
  note(app, exchange, planned, bill, meter.opening, firstMs, endedMs, undefined, meter.failure);
}

/** Whether somebody pays for calls: then uncounted tokens are guessed, which a record alone is not worth. */
export function isCharged({ spending, router }: App): boolean {
  return spending !== undefined || router.charges;
}

/** Notes an answer from the cache: it costs nothing. */
export function noteKept(app: App, exchange: Exchange, planned: PlannedCall, text: string, cacheKey: string): void {
  if (app.spending === undefined) return;
  const nowMs = app.clock.monotonicMs();
  note(app, exchange, planned, toBill(exchange, planned, text, readUsageObject(text), 0, undefined, 0), text, nowMs, nowMs, cacheKey);
}

/** Notes a failed call of somebody known. */
export function noteFailed(
  { spending, config, clock }: App,
  exchange: Exchange,
  { dialect }: ProviderRoute,
  problem: EngineError,
  shown: AnswerError,
  deployment: Deployment | undefined,
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
  text: string,
  usage: ClientAnswer['usage'],
  guessedTokens: number,
  answerModel: string | undefined,
  tookMs: number,
): Bill {
  const times = { nowSeconds: ambient.nowSeconds, tookSeconds: tookMs / 1000 };
  return billAnswer({
    deployment,
    dialect: plan.dialect,
    body: client.body.value,
    transform,
    text,
    usage,
    guessedTokens,
    answerModel,
    ...times,
  });
}

function note(
  { spending, config, router }: App,
  exchange: Exchange,
  { client, deployment, plan, request }: PlannedCall,
  bill: Bill,
  opening: string,
  firstMs: number,
  endedMs: number,
  cacheKey?: string,
  failure?: EngineError,
): void {
  const { callId, caller, endUser, endUserOff, accessGroups, startedMs, tape } = exchange;
  if (bill.cost?.byTime === false) tape?.charged(bill.cost.usd);
  if (cacheKey === undefined) router.charged(request, deployment, bill.cost?.usd ?? 0);
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
  spending?.spent(toSpentCall(call, bill, opening, cacheKey, { cameMs: startedMs, firstMs, endedMs }, failure));
}
