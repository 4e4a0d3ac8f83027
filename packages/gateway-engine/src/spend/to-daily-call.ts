import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { FailedCall, LoggedCall, SpentCall } from '../ports/index.ts';
import type { DailyScope } from '../store/index.ts';
import type { DailyCall } from './collect-days.ts';
import { loggedModel } from './logged-model.ts';
import { plainText } from './plain-text.ts';

/** The name of a call's route in days. Source: LiteLLM 1.106.2, proxy/route_llm_request.py ROUTE_ENDPOINT_MAPPING, read 2026-11-29. */
const ENDPOINTS: Partial<Record<SpentCall['dialect'], string>> = {
  'openai-chat': '/chat/completions',
  'openai-completions': '/completions',
  'openai-embeddings': '/embeddings',
  'openai-responses': '/responses',
  'openai-responses-stored': '/responses',
  'mistral-ocr': '/ocr',
};

/**
 * What a call adds to the days of its owners.
 *
 * in:     `startMs`: wall clock, milliseconds since 1970.
 * source: LiteLLM 1.106.2, proxy/db/db_spend_update_writer.py, read 2026-11-29: a call without a user, or a team, counts under an empty
 *         name; savings by caching are not worked out.
 */
export function toDailyCall(call: SpentCall, startMs: number): DailyCall {
  const { caller, deployment, usage, failure } = call;
  const whole = failure === undefined ? 1 : 0;
  return {
    owners: ownersOf(call),
    request_id: plainText(failure === undefined ? (call.answerId ?? call.callId) : call.callId),
    date: new Date(startMs).toISOString().slice(0, 10),
    api_key: caller?.keyHash ?? '',
    model: loggedModel(deployment),
    model_group: plainText(call.modelGroup),
    custom_llm_provider: deployment.provider.id,
    endpoint: ENDPOINTS[call.dialect] ?? '',
    prompt_tokens: call.prompt,
    completion_tokens: call.completion,
    cache_read_input_tokens: cachedTokens(usage, 'cache_read_input_tokens', ['cached_tokens']),
    cache_creation_input_tokens: cachedTokens(usage, 'cache_creation_input_tokens', ['cache_write_tokens', 'cache_creation_tokens']),
    spend: call.usd,
    api_requests: 1,
    successful_requests: whole,
    failed_requests: 1 - whole,
    total_response_time_ms: whole * Math.max(0, Math.round(call.endedMs - call.cameMs)),
    timed_requests: whole,
  };
}

/** What a failed call adds: it is counted, without tokens or spend. */
export function toFailedDay(call: FailedCall, startMs: number): DailyCall {
  return {
    owners: ownersOf(call),
    request_id: plainText(call.callId),
    date: new Date(startMs).toISOString().slice(0, 10),
    api_key: call.caller?.keyHash ?? '',
    model: call.deployment === undefined ? plainText(call.model) : loggedModel(call.deployment),
    model_group: plainText(call.modelGroup),
    custom_llm_provider: call.deployment?.provider.id ?? '',
    endpoint: ENDPOINTS[call.dialect] ?? '',
    prompt_tokens: 0,
    completion_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    spend: 0,
    api_requests: 1,
    successful_requests: 0,
    failed_requests: 1,
    total_response_time_ms: 0,
    timed_requests: 0,
  };
}

function ownersOf({ caller, endUserId, tags }: LoggedCall): readonly (readonly [DailyScope, string])[] {
  const owners: [DailyScope, string][] = [
    ['user', caller?.userId ?? ''],
    ['team', caller?.teamId ?? ''],
  ];
  if (caller?.organizationId !== undefined) owners.push(['organization', caller.organizationId]);
  if (endUserId !== undefined) owners.push(['end_user', plainText(endUserId)]);
  for (const tag of new Set(tags.map(plainText))) owners.push(['tag', tag]);
  return owners;
}

/** The cached tokens of a usage: a member of its own, or else one of the prompt's details. */
function cachedTokens(usage: JsonObject, name: string, inDetails: readonly string[]): number {
  const { prompt_tokens_details: details } = usage;
  const among = isObject(details) ? inDetails.map((detail) => details[detail]) : [];
  return [usage[name], ...among].find(isCount) ?? 0;
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
