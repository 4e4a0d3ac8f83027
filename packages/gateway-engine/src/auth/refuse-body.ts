import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';
import type { Caller, GatewayConfig } from '../ports/index.ts';
import { findBannedMember } from './banned-members.ts';
import type { HeaderReader } from './check-key.ts';
import { findUnsaid } from './enforced-params.ts';
import { readSessionId, type CallHeaders } from './session-id.ts';

/** The settings that say what a call's body must and must not hold. */
export type BodyRules = Pick<
  GatewayConfig,
  'allowClientSideCredentials' | 'enforcedParams' | 'missingSession' | 'serviceAccountParams' | 'tagsRefused'
>;

const TIMES = ['timeout', 'stream_timeout'] as const;
const TIME_HEADERS = ['x-litellm-timeout', 'x-litellm-stream-timeout'] as const;

/** Whether a body holds what no client may send, or lacks what every call must have: undefined, or the first reason. */
export function refuseBody(rules: BodyRules, caller: Caller | undefined, body: JsonObject, headers: CallHeaders): EngineError | undefined {
  const banned = rules.allowClientSideCredentials ? undefined : findBannedMember(body);
  if (banned !== undefined) return { kind: 'banned-member', name: banned };
  if (body['model'] !== undefined && body['model'] !== null && typeof body['model'] !== 'string') return { kind: 'model-not-text' };
  const badTime = TIMES.find((name) => !isSeconds(body[name])) ?? TIME_HEADERS.find((name) => !isSeconds(headers.header(name)));
  if (badTime !== undefined) return badSeconds(badTime);
  const unsaid = findUnsaid(body, rules, caller);
  if (unsaid !== undefined) return { kind: 'unsaid-param', name: unsaid };
  if (rules.tagsRefused === true && namesTags(body, headers.header)) return { kind: 'tags-refused' };
  return rules.missingSession === 'reject' && readSessionId(headers, body) === undefined ? { kind: 'no-session' } : undefined;
}

/** Whether a call names tags, in any place where the router or a budget would find them. */
function namesTags(body: JsonObject, header: HeaderReader): boolean {
  if (body['tags'] !== undefined || header('x-litellm-tags') !== undefined) return true;
  return ['metadata', 'litellm_metadata'].some((name) => {
    const value = body[name];
    return isObject(value) && Object.hasOwn(value, 'tags');
  });
}

/** A number of seconds; absent and null are fine, too. */
function isSeconds(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  return (typeof value === 'number' || typeof value === 'string') && Number(value) >= 0;
}

function badSeconds(path: string): EngineError {
  const message = `${path}: expected a number of seconds, 0 or more`;
  return { kind: 'transform', error: { kind: 'bad-request', path, message }, modelGroup: '' };
}
