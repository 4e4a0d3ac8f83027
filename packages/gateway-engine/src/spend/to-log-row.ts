import type { DialectId, JsonObject } from '@stagegate/core-transforms';
import type { CallFailure, FailedCall, LoggedCall, SpentCall } from '../ports/index.ts';
import type { NewSpendLogRow } from '../store/index.ts';
import { loggedModel } from './logged-model.ts';
import { plainText } from './plain-text.ts';
import { shortText, shownSaid } from './shown-said.ts';

/** The reference's names for kinds of calls. */
const CALL_TYPES: Readonly<Record<DialectId, string>> = {
  'openai-chat': 'acompletion',
  'openai-completions': 'atext_completion',
  'openai-embeddings': 'aembedding',
  'openai-responses': 'aresponses',
  'openai-responses-stored': 'aresponses',
  'anthropic-messages': 'anthropic_messages',
  'anthropic-count-tokens': 'acount_tokens',
  'mistral-ocr': 'aocr',
};

/**
 * The row of LiteLLM_SpendLogs for a call. It holds the request and the answer where the operator asks for that.
 *
 * in:     `wallAheadMs`: the wall clock less the monotonic one, milliseconds.
 * source: LiteLLM 1.106.2, proxy/spend_tracking/spend_tracking_utils.py `get_logging_payload`, read 2026-11-29.
 */
export function toLogRow(call: SpentCall, wallAheadMs: number): NewSpendLogRow {
  const { callId, answerId, deployment, usd, cacheKey, usage, failure } = call;
  const { firstMs, endedMs } = call;
  // A call that broke off has its own id, like one that failed before there was an answer.
  const id = failure === undefined ? (answerId ?? callId) : callId;
  const ended = failure === undefined ? { status: 'success' } : { status: 'failure', error_information: toErrorInformation(failure, call) };
  const { prompt_tokens: _prompt, completion_tokens: _completion, total_tokens: _total, ...additional } = usage;
  return {
    ...toRow(call, deployment, wallAheadMs),
    // Several calls may get the same cached answer, and so its id.
    request_id: plainText(cacheKey === undefined ? id : `${id}_cache_hit${(endedMs + wallAheadMs) / 1000}`),
    spend: usd,
    total_tokens: call.total,
    prompt_tokens: call.prompt,
    completion_tokens: call.completion,
    completionStartTime: toDate(firstMs, wallAheadMs),
    model: loggedModel(deployment),
    metadata: { ...toMetadata(call), ...ended, usage_object: usage, additional_usage_values: additional },
    cache_hit: cacheKey === undefined ? 'False' : 'True',
    cache_key: cacheKey ?? 'Cache OFF',
    status: ended.status,
  };
}

/** The row for a failed call. Source: LiteLLM 1.106.2, proxy/hooks/proxy_track_cost_callback.py, read 2026-11-29. */
export function toFailureRow(call: FailedCall, wallAheadMs: number): NewSpendLogRow {
  const { callId, deployment, error } = call;
  return {
    ...toRow(call, deployment, wallAheadMs),
    request_id: plainText(callId),
    spend: 0,
    total_tokens: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    completionStartTime: toDate(call.endedMs, wallAheadMs),
    model: deployment === undefined ? plainText(call.model) : loggedModel(deployment),
    metadata: { ...toMetadata(call), status: 'failure', error_information: toErrorInformation(error, call), additional_usage_values: {} },
    cache_hit: 'False',
    cache_key: 'Cache OFF',
    status: 'failure',
  };
}

function toErrorInformation(failure: CallFailure, { said }: LoggedCall): JsonObject {
  const { code, className, normalized, provider, message, rateLimit, spent } = failure;
  const shown = said === undefined ? withoutEcho(message) : message;
  const what = { error_code: code, error_class: className, normalized_error: normalized };
  return {
    ...what,
    llm_provider: provider,
    error_message: shortText(shown),
    error_rate_limit_category: rateLimit?.of ?? null,
    error_rate_limit_type: rateLimit?.kind ?? null,
    error_budget_entity_type: spent?.owner ?? null,
    error_budget_entity_id: spent?.id ?? null,
    error_budget_limit: spent?.max ?? null,
    error_budget_spend: spent?.spend ?? null,
  };
}

/** An error message up to the place where the provider repeats the request. */
function withoutEcho(message: string): string {
  const at = message.search(/["'](?:input|messages|prompt)["']\s*:|input_value=/u);
  return at === -1 ? message : `${message.slice(0, at)}[redacted]`;
}

type CommonColumns = Omit<NewSpendLogRow, 'request_id' | 'metadata' | 'model'>;

function toRow(call: LoggedCall, deployment: SpentCall['deployment'] | undefined, wallAheadMs: number): CommonColumns {
  const { callId, dialect, caller, endUserId, tags, sessionId, modelGroup, address, cameMs, endedMs } = call;
  return {
    call_type: CALL_TYPES[dialect],
    api_key: caller?.keyHash ?? '',
    startTime: toDate(cameMs, wallAheadMs),
    endTime: toDate(endedMs, wallAheadMs),
    request_duration_ms: Math.max(0, Math.round(endedMs - cameMs)),
    model_id: deployment?.id ?? '',
    model_group: plainText(modelGroup),
    custom_llm_provider: deployment?.provider.id ?? '',
    api_base: (deployment?.apiBase ?? deployment?.provider.baseUrl ?? '').split('?')[0] ?? '',
    user: caller?.userId ?? '',
    team_id: caller?.teamId ?? '',
    organization_id: caller?.organizationId ?? '',
    end_user: plainText(endUserId ?? ''),
    requester_ip_address: plainText(address),
    request_tags: tags.map(plainText),
    session_id: sessionId === null ? null : plainText(sessionId),
    litellm_call_id: plainText(callId),
    ...(call.said !== undefined && shownSaid(call.said)),
  };
}

function toDate(ms: number, wallAheadMs: number): Date {
  return new Date(Math.round(ms + wallAheadMs));
}

function toMetadata({ caller, callId, address, userAgent }: LoggedCall): JsonObject {
  return {
    user_api_key: caller?.keyHash ?? null,
    user_api_key_alias: caller?.keyAlias ?? null,
    user_api_key_team_id: caller?.teamId ?? null,
    user_api_key_team_alias: caller?.grants?.team?.alias ?? null,
    user_api_key_org_id: caller?.organizationId ?? null,
    user_api_key_project_id: caller?.projectId ?? null,
    user_api_key_user_id: caller?.userId ?? null,
    litellm_call_id: plainText(callId),
    requester_ip_address: plainText(address),
    user_agent: plainText(userAgent),
  };
}
