import type { JsonObject } from '@stagegate/core-transforms';
import { done, stop, type EngineError, type Staged } from '../errors/index.ts';
import { toWhole } from '../limits/reserve-tokens.ts';
import type { Deployment, RoomFull, TokenHold, TokenLimits, TokenPair, TokenRoom } from '../ports/index.ts';
import type { Router } from './create-router.ts';
import type { PickRequest } from './pick-deployment.ts';
import { PromptSize } from './prompt-size.ts';

/** An answer is thought to be so long where neither the client nor the model says how long it may be. */
const ANSWER_TOKENS = 4096;
/** The first that is there holds. */
const CAPS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const;
/** The reference's names. */
const LABELS: Readonly<Record<keyof TokenPair, string>> = { input: 'ITPM', output: 'OTPM' };
const MINUTE_SECONDS = 60;
const NO_HEADERS: Readonly<Record<string, string>> = {};

/** A deployment that has room for a call, and the call with what it has taken of it. */
export interface PickedRoom {
  readonly deployment: Deployment;
  readonly request: PickRequest;
}

/**
 * Chooses a deployment, and takes of its minute (`itpm`, `otpm`) what the call may need: one that has no room for it is left out, and another
 * is chosen. What was taken is in the request, and ends with the attempt.
 *
 * out:    the error of the first that had no room, where none has.
 * cost:   that of the choice; where deployments have such limits the prompt is estimated, and Redis is asked, where there is one.
 * source: LiteLLM 1.106.2, router_utils/pre_call_checks/io_token_rate_limit_check.py, which refuses at the first.
 */
export function pickWithRoom(router: Router, request: PickRequest, nowMs: number): Staged<PickedRoom> | Promise<Staged<PickedRoom>> {
  const picked = router.pick(request, nowMs);
  if (!picked.ok) return picked;
  const deployment = picked.value;
  const room = roomOf(deployment);
  return room === undefined ? done({ deployment, request }) : takeRoom(router, request, { deployment, room }, nowMs);
}

async function takeRoom(router: Router, first: PickRequest, chosen: RoomyDeployment, nowMs: number): Promise<Staged<PickedRoom>> {
  let request = first;
  let { deployment, room } = chosen;
  let full: EngineError | undefined;
  for (;;) {
    const asked = router.rooms.take(room, mayNeed(deployment, room.limits, request));
    const taken = asked instanceof Promise ? await asked : asked;
    if (!('kind' in taken)) return done({ deployment, request: { ...request, room: taken } });
    router.spared(request, deployment);
    full ??= toError(taken, request);
    const { target } = request;
    request = { ...request, target: { ...target, without: [...(target.without ?? []), deployment.id] } };
    const picked = router.pick(request, nowMs);
    if (!picked.ok) return stop(full);
    deployment = picked.value;
    const next = roomOf(deployment);
    if (next === undefined) return done({ deployment, request });
    room = next;
  }
}

interface RoomyDeployment {
  readonly deployment: Deployment;
  readonly room: TokenRoom;
}

/** Undefined where it may read and write as much as it likes. */
function roomOf({ id, underlyingModel, routing }: Deployment): TokenRoom | undefined {
  return routing?.tokenLimits === undefined ? undefined : { id, underlyingModel, limits: routing.tokenLimits };
}

/** What a call may need, as far as it is limited: one token of the prompt at least, and of the answer none only where the call says so. */
function mayNeed({ facts }: Deployment, { input, output }: TokenLimits, { body, bodyChars }: PickRequest): TokenPair {
  const answer = capOf(body) ?? facts?.outputTokensMax ?? ANSWER_TOKENS;
  return {
    input: input === undefined ? 0 : Math.max(1, new PromptSize(body, bodyChars).tokens()),
    output: output === undefined ? 0 : Math.max(0, answer),
  };
}

function capOf(body: JsonObject): number | undefined {
  return CAPS.map((cap) => toWhole(body[cap])).find((cap) => cap !== undefined);
}

function toError({ side, limit, used }: RoomFull, { target }: PickRequest): EngineError {
  return {
    kind: 'over-limit',
    message: `Model rate limit exceeded. ${LABELS[side]} limit=${limit}, current usage=${used}`,
    modelGroup: target.group,
    ofMinute: true,
  };
}

/**
 * What is left of the minute of a call's group, all of its deployments together, by the reference's names; nothing where the call has taken
 * nothing.
 *
 * in: the wall clock, in milliseconds.
 */
export function roomHeaders({ rooms }: Router, { deployments, room: taken }: PickRequest, nowMs: number): Readonly<Record<string, string>> {
  if (taken === undefined) return NO_HEADERS;
  const all = deployments.map(roomOf).filter((room) => room !== undefined);
  const reset = Math.max(1, MINUTE_SECONDS - (Math.floor(nowMs / 1000) % MINUTE_SECONDS));
  const headers: Record<string, string> = {};
  for (const side of ['input', 'output'] as const) {
    const limited = all.filter(({ limits }) => limits[side] !== undefined);
    if (limited.length === 0) continue;
    const limit = sum(limited.map(({ limits }) => limits[side] ?? 0));
    const left = Math.max(0, limit - sum(limited.map((room) => rooms.taken(room)[side])));
    headers[`x-ratelimit-limit-${side}-tokens`] = String(limit);
    headers[`x-ratelimit-remaining-${side}-tokens`] = String(left);
    headers[`x-ratelimit-reset-${side}-tokens`] = String(reset);
  }
  return headers;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Ends what a call has taken, if it has taken anything. in: what its answer says that it took; undefined: it came to nothing. */
export function endRoom(
  room: TokenHold | undefined,
  usage: { readonly total: number; readonly completion: number; readonly cached: number } | undefined,
): void {
  if (room === undefined) return;
  if (usage === undefined) return room.end('nothing');
  const { total, completion, cached } = usage;
  room.end(total === 0 ? 'unknown' : { input: Math.max(0, total - completion - cached), output: completion });
}
