import type { DialectId, JsonObject } from '@stagegate/core-transforms';
import { modelWindows, readEndUserId, type HeaderReader } from '../auth/index.ts';
import type { Caller, Deployment, EndUserGrants, SpentCall } from '../ports/index.ts';
import { readTags } from '../routing/index.ts';
import { readAnswerId } from './answer-meter.ts';
import type { Bill } from './bill-answer.ts';

/** A call that was answered: who asked whom for what. */
export interface AnsweredCall {
  readonly callId: string;
  readonly caller: Caller | undefined;
  /** Whom he calls for, as far as he has budgets by model. */
  readonly endUser: EndUserGrants | undefined;
  readonly header: HeaderReader;
  readonly body: JsonObject;
  readonly dialect: DialectId;
  readonly modelGroup: string;
  readonly deployment: Deployment;
  /** `general_settings.user_header_mappings`: headers that name the customer. */
  readonly userHeaderNames: readonly string[] | undefined;
}

/** Monotonic: when the call came, when the first of its answer went to the client, and when the last. */
export interface AnswerTimes {
  readonly cameMs: number;
  readonly firstMs: number;
  readonly endedMs: number;
}

/** The call's own, its key's, and the client's program, as the reference tags it. */
function tagsOf(caller: Caller | undefined, header: HeaderReader, body: JsonObject): readonly string[] {
  const ofKey = caller?.metadata['tags'];
  const agent = header('user-agent');
  const tags = [
    ...readTags(body, { header }),
    ...(Array.isArray(ofKey) ? ofKey.filter((tag) => typeof tag === 'string') : []),
    ...(agent === undefined || !agent.includes('/') ? [] : [`User-Agent: ${agent.split('/')[0] ?? ''}`]),
    ...(agent === undefined ? [] : [`User-Agent: ${agent}`]),
  ];
  return [...new Set(tags)];
}

/** What whoever keeps account is told. `opening` is how the answer begins: there stands its id. */
export function toSpentCall(
  { callId, caller, endUser, header, body, dialect, modelGroup, deployment, userHeaderNames }: AnsweredCall,
  { cost, usage, prompt, completion, total }: Bill,
  opening: string,
  cacheKey: string | undefined,
  { cameMs, firstMs, endedMs }: AnswerTimes,
): SpentCall {
  return {
    callId,
    answerId: readAnswerId(opening),
    dialect,
    caller,
    endUserId: caller?.endUserId ?? readEndUserId(header, body, userHeaderNames),
    windows: modelWindows(caller, endUser, modelGroup),
    tags: tagsOf(caller, header, body),
    modelGroup,
    deployment,
    usd: cacheKey === undefined ? (cost?.usd ?? 0) : 0,
    prompt,
    completion,
    total,
    usage,
    cacheKey,
    cameMs,
    firstMs,
    endedMs,
  };
}
