import type { AttemptTimes, Deployment, RouterSettings, RoutingCounters } from '../ports/index.ts';
import type { RouterFailure } from './classify-failure.ts';
import { countsAgainst, decideCooldown, type CooldownVerdict } from './decide-cooldown.ts';
import type { GroupIndex } from './index-group.ts';
import type { PickRequest } from './pick-deployment.ts';
import type { AnswerUsage } from './read-usage.ts';
import { endRoom } from './take-room.ts';

/** What is counted of deployments, and by which settings. */
export interface Book {
  readonly settings: RouterSettings;
  readonly counters: RoutingCounters;
}

/** What came of an attempt that a provider answered. */
export interface AttemptOutcome {
  readonly times: AttemptTimes;
  /** As the provider counted them. */
  readonly usage: AnswerUsage;
}

/** Notes that an answer is complete or broken off; without an outcome nothing is known of its times and tokens. */
export function noteEnd(
  { settings: { latency }, counters }: Book,
  { counted, timed }: GroupIndex,
  { room, deployment: { id } }: Pick<PickRequest, 'room'> & { readonly deployment: Deployment },
  outcome: AttemptOutcome | undefined,
  nowMs: number,
): void {
  if (counted) counters.ended(id, nowMs);
  endRoom(room, outcome?.usage);
  if (outcome === undefined) return;
  if (counted && outcome.usage.total > 0) counters.addUsage(id, outcome.usage.total, nowMs);
  if (timed) counters.addTimes(id, outcome.times, latency.samplesMax, latency.keepSeconds, nowMs);
}

/** Notes a failed attempt, which may cool its deployment down. What says nothing about the deployment does not count against it. */
export function noteFailure(
  { settings, counters }: Book,
  request: PickRequest,
  { id, routing }: Deployment,
  failure: RouterFailure,
  nowMs: number,
): void {
  const { deployments } = request;
  const before = counters.read(id, nowMs);
  const probing = before !== undefined && before.coolUntilMs !== 0;
  if (failure.final || !failure.asked || (failure.timedOut && setsOwnTimeout(request))) {
    if (probing) counters.dropProbe(id);
    return;
  }
  if (!countsAgainst(failure)) {
    // The call was wrong, and the deployment is well enough to say so.
    if (probing) counters.recover(id);
  } else if (!settings.cooldownsOff) counters.failed(id, nowMs);
  const counts = counters.read(id, nowMs);
  const verdict = decideCooldown(settings, { failure, routing, counts, only: deployments.length === 1, probing });
  if (isOver(counters, id, verdict, nowMs)) counters.coolDown(id, verdict.seconds, nowMs);
}

/** The latency that stands for a timeout. Source: LiteLLM 1.106.2, router_strategy/lowest_latency.py. */
const TIMED_OUT: AttemptTimes = { latencySeconds: 1000, firstEventSeconds: undefined };

/** Notes a long latency for a deployment that timed out: latency-based routing would otherwise prefer one too slow to have any latency. */
export function noteTimeout(
  { settings: { latency }, counters }: Book,
  request: PickRequest,
  { id }: Deployment,
  failure: RouterFailure,
  nowMs: number,
): void {
  if (!failure.timedOut || failure.final || setsOwnTimeout(request)) return;
  counters.addTimes(id, TIMED_OUT, latency.samplesMax, latency.keepSeconds, nowMs);
}

/** Whether the client set the time limit itself. Running into that says nothing about a deployment. */
function setsOwnTimeout({ body, headers }: PickRequest): boolean {
  const names = ['timeout', 'stream_timeout'] as const;
  const byHeader = headers.header('x-litellm-timeout') ?? headers.header('x-litellm-stream-timeout');
  return byHeader !== undefined || names.some((name) => body[name] !== undefined);
}

/** Whether a verdict cools the deployment down now; one that counts failures does so with the last of them. */
function isOver(
  counters: RoutingCounters,
  id: string,
  verdict: CooldownVerdict,
  nowMs: number,
): verdict is Exclude<CooldownVerdict, { kind: 'no' }> {
  if (verdict.kind !== 'count') return verdict.kind === 'cool';
  return counters.countFail(id, verdict.name, verdict, nowMs);
}

/**
 * Cools a deployment down because the retry budget is used up. By the reference's rules a deployment that is alone in its group hardly
 * ever cools down: every call would ask it first, and no retry would be left to reach the group's fallbacks.
 */
export function breakCircuit({ settings, counters }: Book, { id, routing }: Deployment, failure: RouterFailure, nowMs: number): void {
  if (settings.cooldownsOff || !countsAgainst(failure)) return;
  counters.coolDown(id, routing?.cooldownSeconds ?? settings.cooldownSeconds, nowMs);
}
