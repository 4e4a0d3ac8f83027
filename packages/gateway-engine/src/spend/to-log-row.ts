import type { DialectId, JsonObject } from '@stagegate/core-transforms';
import type { SpentCall } from '../ports/index.ts';
import type { NewSpendLogRow } from '../store/index.ts';
import { plainText } from './plain-text.ts';

/** What the reference calls them. */
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
 * The row of LiteLLM_SpendLogs for a call. What was asked and answered is not in it.
 *
 * in:     how far the wall clock is ahead of the monotonic one, milliseconds.
 * source: LiteLLM 1.106.2, proxy/spend_tracking/spend_tracking_utils.py `get_logging_payload`, read 2026-11-29.
 */
export function toLogRow(call: SpentCall, wallAheadMs: number): NewSpendLogRow {
  const { callId, answerId, dialect, caller, endUserId, tags, modelGroup, deployment, usd, cacheKey } = call;
  const { cameMs, firstMs, endedMs } = call;
  const at = (ms: number): Date => new Date(Math.round(ms + wallAheadMs));
  const id = answerId ?? callId;
  return {
    // One answer from the cache is many calls.
    request_id: plainText(cacheKey === undefined ? id : `${id}_cache_hit${(endedMs + wallAheadMs) / 1000}`),
    call_type: CALL_TYPES[dialect],
    api_key: caller?.keyHash ?? '',
    spend: usd,
    total_tokens: call.total,
    prompt_tokens: call.prompt,
    completion_tokens: call.completion,
    startTime: at(cameMs),
    endTime: at(endedMs),
    completionStartTime: at(firstMs),
    request_duration_ms: Math.max(0, Math.round(endedMs - cameMs)),
    model: deployment.model,
    model_id: deployment.id,
    model_group: plainText(modelGroup),
    custom_llm_provider: deployment.provider.id,
    api_base: (deployment.apiBase ?? deployment.provider.baseUrl ?? '').split('?')[0] ?? '',
    user: caller?.userId ?? '',
    team_id: caller?.teamId ?? '',
    organization_id: caller?.organizationId ?? '',
    end_user: plainText(endUserId ?? ''),
    metadata: toMetadata(call),
    cache_hit: cacheKey === undefined ? 'False' : 'True',
    cache_key: cacheKey ?? 'Cache OFF',
    request_tags: tags.map(plainText),
    session_id: plainText(callId),
    status: 'success',
    litellm_call_id: plainText(callId),
  };
}

function toMetadata({ caller, callId, usage }: SpentCall): JsonObject {
  const { prompt_tokens: _prompt, completion_tokens: _completion, total_tokens: _total, ...additional } = usage;
  return {
    user_api_key: caller?.keyHash ?? null,
    user_api_key_alias: caller?.keyAlias ?? null,
    user_api_key_team_id: caller?.teamId ?? null,
    user_api_key_team_alias: caller?.grants?.team?.alias ?? null,
    user_api_key_org_id: caller?.organizationId ?? null,
    user_api_key_project_id: caller?.projectId ?? null,
    user_api_key_user_id: caller?.userId ?? null,
    status: 'success',
    usage_object: usage,
    additional_usage_values: additional,
    litellm_call_id: plainText(callId),
  };
}
