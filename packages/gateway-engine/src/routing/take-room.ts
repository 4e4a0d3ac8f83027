import type { JsonObject } from '@stagegate/core-transforms';
import { done, stop, type EngineError, type Staged } from '../errors/index.ts';
import { toWhole } from '../limits/reserve-tokens.ts';
import type { Deployment, RoomFull, TokenHold, TokenLimits, TokenPair, TokenRoom } from '../ports/index.ts';
import type { Router } from './create-router.ts';
import type { PickRequest } from './pick-deployment.ts';
import { PromptSize } from './prompt-size.ts';

/** The tokens reserved for an answer where neither the client nor the model says how long it may be. */
const ANSWER_TOKENS = 4096;
/** The first of these that the body has counts. */
const CAPS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const;
/** The reference's names. */
const LABELS: Readonly<Record<keyof TokenPair, string>> = { input: 'ITPM', output: 'OTPM' };
const MINUTE_SECONDS = 60;
const NO_HEADERS: Readonly<Record<string, string>> = {};

/** A deployment with room for a call, and the call with what it has reserved there. */
export interface PickedRoom {
  readonly deployment: Deployment;
  readonly request: PickRequest;
}

/**
 * Chooses a deployment and reserves in its minute (`itpm`, `otpm`) what the call may need. One without room is left out, and another one is
 * chosen. What was reserved is in the request and is given back with the attempt.
 *
 * out:    where none has room, the error of the first.
 * cost:   that of the choice; where deployments have such limits the prompt is estimated, and Redis is asked where there is one.
 * source: LiteLLM 1.106.2, router_utils/pre_call_checks/io_token_rate_limit_check.py, which refuses at the first deployment.
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

/** Undefined for a deployment without such limits. */
function roomOf({ id, underlyingModel, routing }: Deployment): TokenRoom | undefined {
  return routing?.tokenLimits === undefined ? undefined : { id, underlyingModel, limits: routing.tokenLimits };
}

/** What a call may need of the limited kinds: at least one token of prompt, and no answer tokens only where the call says so. */
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
 * What is left of the group's minute over all its deployments, under the reference's names; empty where the call has reserved nothing.
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

/** Ends a call's reservation, if it has one. in: the tokens that the answer used; undefined: there was no answer. */
export function endRoom(
  room: TokenHold | undefined,
  usage: { readonly total: number; readonly completion: number; readonly cached: number } | undefined,
): void {
  if (room === undefined) return;
  if (usage === undefined) return room.end('nothing');
  const { total, completion, cached } = usage;
  room.end(total === 0 ? 'unknown' : { input: Math.max(0, total - completion - cached), output: completion });
}
