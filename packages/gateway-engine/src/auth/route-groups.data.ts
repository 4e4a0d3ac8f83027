/**
 * The reference's names for sets of routes, as `allowed_routes` of a key or a token may hold them: other sets by name, and
 * paths. `{name}` stands for one segment, `{name:path}` for one or more, a last `*` for anything.
 *
 * source: LiteLLM 1.106.2, `LiteLLMRoutes` in proxy/_types.py, read out by a program.
 */
export const ROUTE_GROUPS: Readonly<Record<string, { readonly groups: string; readonly paths: string }>> = {
  admin_viewer_routes: {
    groups: 'info_routes spend_tracking_routes',
    paths: `
      /alerting/settings /audit /audit/{id} /auto_router/classifier/default_prompt /budget/list /budget/settings /callbacks/configs
      /callbacks/list /config/field/info /config/list /customer/info /customer/list /get/config/callbacks
      /get/mcp_semantic_filter_settings /global/activity /global/activity/cache_hits /global/activity/model /guardrails/list
      /guardrails/submissions /guardrails/submissions/{guardrail_id} /guardrails/usage/overview /invitation/info
      /lens/feedback/summary /lens/traces/findings /management/v1/budgets /model/cost_map/source /policies/attachments/list
      /schedule/model_cost_map_reload/status /tag/daily/activity /tag/daily/activity/aggregated /tag/daily/activity/aggregated/keys
      /tag/daily/activity/aggregated/model_top_keys /tag/daily/activity/aggregated/search /tag/daily/activity/export /tag/list
      /team/daily/activity /team/daily/activity/aggregated /team/daily/activity/aggregated/keys
      /team/daily/activity/aggregated/model_top_keys /team/daily/activity/aggregated/search /team/daily/activity/export
      /user/available_roles /user/available_users /user/daily/activity /user/daily/activity/aggregated
      /user/daily/activity/aggregated/cache_leakage_keys /user/daily/activity/aggregated/keys
      /user/daily/activity/aggregated/model_top_keys /user/daily/activity/aggregated/search /user/daily/activity/export /user/list
      /v2/guardrails/list
    `,
  },
  agent_inference_routes: {
    groups: '',
    paths: `
      /a2a/{agent_id} /a2a/{agent_id}/.well-known/agent-card.json /a2a/{agent_id}/message/send /a2a/{agent_id}/message/stream
      /agents /v1/a2a/{agent_id}/message/send
    `,
  },
  agent_management_routes: {
    groups: '',
    paths: `
      /v1/agents /v1/agents/make_public /v1/agents/{agent_id} /v1/agents/{agent_id}/kill_switch /v1/agents/{agent_id}/make_public
    `,
  },
  agent_routes: { groups: 'agent_inference_routes agent_management_routes', paths: '' },
  anthropic_routes: {
    groups: '',
    paths: `
      /claude-code/marketplace.json /claude-code/plugins /claude-code/plugins/{plugin_name} /claude_code_gateway/v1/messages
      /claude_code_gateway/v1/messages/count_tokens /v1/messages /v1/messages/count_tokens /v1/skills /v1/skills/{skill_id}
    `,
  },
  apply_guardrail_routes: { groups: '', paths: '/guardrails/apply_guardrail' },
  compliance_check_routes: { groups: '', paths: '/compliance/eu-ai-act /compliance/gdpr' },
  global_spend_tracking_routes: {
    groups: '',
    paths: `
      /global/predict/spend/logs /global/spend /global/spend/all_tag_names /global/spend/end_users /global/spend/keys
      /global/spend/logs /global/spend/models /global/spend/provider /global/spend/report /global/spend/tags /global/spend/teams
      /spend/capture_rate
    `,
  },
  google_routes: {
    groups: '',
    paths: `
      /interactions /interactions/{interaction_id} /interactions/{interaction_id}/cancel /models/{model_name:path}:countTokens
      /models/{model_name:path}:generateContent /models/{model_name:path}:streamGenerateContent /v1beta/agents /v1beta/agents/{name}
      /v1beta/agents/{name}/versions /v1beta/interactions /v1beta/interactions/{interaction_id}
      /v1beta/interactions/{interaction_id}/cancel /v1beta/models/{model_name:path}:countTokens
      /v1beta/models/{model_name:path}:generateContent /v1beta/models/{model_name:path}:streamGenerateContent
    `,
  },
  info_routes: {
    groups: 'model_info_routes',
    paths: `
      /get/latest_release_info /get/user_banner /health /health/services /key/health /key/info /key/list /models /organization/list
      /sso/get/ui_settings /team/available /team/info /team/list /team/metadata_schema /user/filter/ui /user/info /v1/models
      /v2/key/info /v2/model/info /v2/team/list /v2/user/info
    `,
  },
  internal_user_routes: {
    groups: 'internal_user_view_only_routes key_management_routes',
    paths: `
      /global/activity /global/activity/cache_hits /global/activity/model /guardrails/list /models/{model_id} /project/info
      /project/list /search_tools/list /search_tools/ui/available_providers /v1/models/{model_id} /v2/guardrails/list
    `,
  },
  internal_user_view_only_routes: {
    groups: 'spend_tracking_routes',
    paths: `
      /compliance/eu-ai-act /compliance/gdpr /tag/daily/activity /tag/daily/activity/aggregated /tag/daily/activity/aggregated/keys
      /tag/daily/activity/aggregated/model_top_keys /tag/daily/activity/aggregated/search /tag/daily/activity/export /tag/list
    `,
  },
  key_management_routes: {
    groups: '',
    paths: `
      /auto_router/manage /key/access_group_assignment /key/aliases /key/block /key/bulk_update /key/delete /key/generate /key/info
      /key/list /key/regenerate /key/service-account/generate /key/unblock /key/update /key/{key_id}/regenerate
      /key/{key_id}/reset_spend /spend/logs /spend/logs/v2 /team/daily/activity /team/daily/activity/aggregated
      /team/daily/activity/aggregated/keys /team/daily/activity/aggregated/model_top_keys /team/daily/activity/aggregated/search
      /team/daily/activity/export /team/key/bulk_update
    `,
  },
  litellm_native_routes: {
    groups: '',
    paths: `
      /lens /lens/feedback /lens/feedback/summary /lens/preview/sample /lens/workers/register /lens/workers/{worker_id}
      /lens/{lens_id} /lens/{lens_id}/cancel /lens/{lens_id}/executions/{execution_id} /lens/{lens_id}/findings/{finding_id}
      /lens/{lens_id}/runs /lens/{lens_id}/runs/{job_id} /rag/ingest /rag/query /v1/logs /v1/rag/ingest /v1/rag/query /v1/traces
      /v1/traces/query /v1/traces/query/help /v1/traces/{trace_id} /v1/traces/{trace_id}/spans/{span_id}
      /v1/traces/{trace_id}/spans/{span_id}/error
    `,
  },
  llm_api_routes: {
    groups: `
      agent_inference_routes anthropic_routes google_routes litellm_native_routes mapped_pass_through_routes mcp_inference_routes
      model_info_routes openai_routes passthrough_routes_wildcard
    `,
    paths: '/guardrails/apply_guardrail',
  },
  management_routes: {
    groups: 'agent_management_routes key_management_routes mcp_management_routes',
    paths: `
      /gateway/daily/activity /jwt/key/mapping/delete /jwt/key/mapping/info /jwt/key/mapping/list /jwt/key/mapping/new
      /jwt/key/mapping/update /management/v1/users/bulk /management/v1/users/bulk_delete /model/delete /model/info /model/new
      /model/update /team/available /team/block /team/delete /team/info /team/list /team/metadata_schema /team/new
      /team/permissions_bulk_update /team/permissions_list /team/permissions_update /team/spend/by_user /team/unblock /team/update
      /team/{team_id} /user/bulk_update /user/daily/activity /user/daily/activity/aggregated
      /user/daily/activity/aggregated/cache_leakage_keys /user/daily/activity/aggregated/keys
      /user/daily/activity/aggregated/model_top_keys /user/daily/activity/aggregated/search /user/daily/activity/export /user/delete
      /user/info /user/list /user/new /user/update /v2/team/list
    `,
  },
  mapped_pass_through_routes: {
    groups: '',
    paths: `
      /anthropic /assemblyai /azure /azure_ai /azure_speech /bedrock /bespoke /cohere /comprehendmedical /cursor /deepgram
      /eu.assemblyai /fal_ai /gemini /gigachat /langfuse /laya /milvus /mistral /nvidia_nim /openai /openai_passthrough /openrouter
      /tinyfish /transcribe /typesafe /vertex-ai /vertex_ai /vllm /watsonx
    `,
  },
  master_key_only_routes: { groups: '', paths: '/global/spend/reset /memory-usage-in-mem-cache /memory-usage-in-mem-cache-items' },
  mcp_inference_routes: {
    groups: '',
    paths: `
      /introspect /mcp /mcp-rest/tools/call /mcp-rest/tools/list /mcp/ /mcp/proxy /mcp/sse/ /mcp/sse/messages /mcp/sse/messages/
      /mcp/tools /mcp/tools/call /mcp/tools/list /mcp/{subpath} /token /v1/mcp/tools
    `,
  },
  mcp_management_routes: { groups: '', paths: '/v1/mcp/server /v1/mcp/server/{path:path} /v1/mcp/sessions' },
  mcp_routes: { groups: 'mcp_inference_routes mcp_management_routes', paths: '' },
  model_info_routes: { groups: '', paths: '/model/info /model_group/info /v1/model/info' },
  openai_routes: {
    groups: '',
    paths: `
      /assistants /assistants/{assistant_id} /audio/speech /audio/transcriptions /batches /batches/{batch_id}
      /batches/{batch_id}/cancel /chat/completions /completions /containers /containers/* /cursor/chat/completions /cursor/models
      /cursor/v1/models /decisions /embeddings /engines/{model}/chat/completions /engines/{model}/completions
      /engines/{model}/embeddings /files /files/{file_id} /files/{file_id}/content /fine_tuning/jobs
      /fine_tuning/jobs/{fine_tuning_job_id}/cancel /images/edits /images/generations /models /moderations /ocr
      /openai/deployments/{model}/chat/completions /openai/deployments/{model}/completions /openai/deployments/{model}/embeddings
      /openai/v1/realtime /openai/v1/realtime/calls /openai/v1/realtime/client_secrets /openai/v1/realtime/transcription_sessions
      /openai/v1/realtime?{model} /openai/v1/responses /openai/v1/responses/input_tokens /openai/v1/responses/{response_id}
      /openai/v1/responses/{response_id}/cancel /openai/v1/responses/{response_id}/input_items /realtime /realtime/calls
      /realtime/client_secrets /realtime/transcription_sessions /realtime?{model} /rerank /responses /responses/input_tokens
      /responses/{response_id} /responses/{response_id}/cancel /responses/{response_id}/input_items /search
      /search/{search_tool_name} /systemone /threads /threads/{thread_id} /threads/{thread_id}/messages /threads/{thread_id}/runs
      /utils/model_info /utils/token_counter /utils/transform_request /v1/assistants /v1/assistants/{assistant_id} /v1/audio/speech
      /v1/audio/transcriptions /v1/batches /v1/batches/{batch_id} /v1/batches/{batch_id}/cancel /v1/chat/completions /v1/completions
      /v1/containers /v1/containers/* /v1/decisions /v1/embeddings /v1/files /v1/files/{file_id} /v1/files/{file_id}/content
      /v1/fine_tuning/jobs /v1/fine_tuning/jobs/{fine_tuning_job_id}/cancel /v1/images/edits /v1/images/generations /v1/models
      /v1/moderations /v1/ocr /v1/realtime /v1/realtime/calls /v1/realtime/client_secrets /v1/realtime/transcription_sessions
      /v1/realtime?{model} /v1/rerank /v1/responses /v1/responses/input_tokens /v1/responses/{response_id}
      /v1/responses/{response_id}/cancel /v1/responses/{response_id}/input_items /v1/search /v1/search/{search_tool_name}
      /v1/systemone /v1/threads /v1/threads/{thread_id} /v1/threads/{thread_id}/messages /v1/threads/{thread_id}/runs
      /v1/vector_store/list /v1/vector_stores /v1/vector_stores/{vector_store_id} /v1/vector_stores/{vector_store_id}/files
      /v1/vector_stores/{vector_store_id}/files/{file_id} /v1/vector_stores/{vector_store_id}/files/{file_id}/content
      /v1/vector_stores/{vector_store_id}/search /v1/videos /v1/videos/{video_id} /v1/videos/{video_id}/content
      /v1/videos/{video_id}/remix /v2/rerank /vector_store/list /vector_stores /vector_stores/{vector_store_id}
      /vector_stores/{vector_store_id}/files /vector_stores/{vector_store_id}/files/{file_id}
      /vector_stores/{vector_store_id}/files/{file_id}/content /vector_stores/{vector_store_id}/search /videos /videos/{video_id}
      /videos/{video_id}/content /videos/{video_id}/remix
    `,
  },
  org_admin_allowed_routes: { groups: 'admin_viewer_routes management_routes org_admin_only_routes self_managed_routes', paths: '' },
  org_admin_only_routes: {
    groups: '',
    paths: `
      /organization/delete /organization/info /organization/member_add /organization/member_delete /organization/member_update
    `,
  },
  passthrough_routes_wildcard: {
    groups: '',
    paths: `
      /anthropic/* /assemblyai/* /azure/* /azure_ai/* /azure_speech/* /bedrock/* /bespoke/* /cohere/* /comprehendmedical/* /cursor/*
      /deepgram/* /eu.assemblyai/* /fal_ai/* /gemini/* /gigachat/* /langfuse/* /laya/* /milvus/* /mistral/* /nvidia_nim/* /openai/*
      /openai_passthrough/* /openrouter/* /tinyfish/* /transcribe/* /typesafe/* /vertex-ai/* /vertex_ai/* /vllm/* /watsonx/*
    `,
  },
  public_routes: {
    groups: '',
    paths: `
      / /.well-known/litellm-ui-config /config/yaml /health/liveliness /health/liveness /litellm/.well-known/litellm-ui-config
      /moyai/connect/exchange /public/agent_hub /public/litellm_model_cost_map /public/mcp_hub /public/model_hub
      /public/model_hub/info /public/skill_hub /public/v1/model_hub /public/v1/model_hub/features /public/v1/model_hub/modes
      /public/v1/model_hub/providers /routes /test
    `,
  },
  self_managed_routes: {
    groups: 'agent_management_routes',
    paths: `
      /auto_router/availability /auto_router/session /auto_router/test_routing /auto_router/validate_complexity_router_config
      /claude_code_gateway/managed/settings /claude_code_gateway/v1/logs /claude_code_gateway/v1/metrics
      /claude_code_gateway/v1/traces /cost/predict-cache /guardrails/register /guardrails/submissions
      /guardrails/submissions/{guardrail_id} /health/test_connection /invitation/delete /invitation/new
      /management/v1/teams/{team_id}/members/bulk_delete /management/v1/teams/{team_id}/members/bulk_update
      /management/v1/users/bulk_delete /model/delete /model/new /model/update /model/{model_id}/update /organization/daily/activity
      /organization/daily/activity/aggregated /organization/daily/activity/aggregated/keys
      /organization/daily/activity/aggregated/model_top_keys /organization/daily/activity/aggregated/search
      /organization/daily/activity/export /project/info /project/list /project/new /project/update /prompt/info /prompt/list
      /session/logout /team/daily/activity /team/daily/activity/aggregated /team/daily/activity/aggregated/keys
      /team/daily/activity/aggregated/model_top_keys /team/daily/activity/aggregated/search /team/daily/activity/export
      /team/member_add /team/member_delete /team/member_update /team/permissions_list /team/permissions_update /team/spend/by_user
      /team/update /team/{team_id:path}/callback /team/{team_id:path}/callback/{callback_name}
      /team/{team_id}/member/{user_id}/reset_budget /team/{team_id}/member/{user_id}/reset_spend /team/{team_id}/members/me
      /user/available_roles /user/daily/activity /user/daily/activity/aggregated /user/daily/activity/aggregated/cache_leakage_keys
      /user/daily/activity/aggregated/keys /user/daily/activity/aggregated/model_top_keys /user/daily/activity/aggregated/search
      /user/daily/activity/export /user/list /user/password/change /vector_store/info
    `,
  },
  spend_tracking_routes: {
    groups: '',
    paths: `
      /cost/estimate /key/spend/report /management/v1/spend_logs/end_users /management/v1/spend_logs/users
      /organization/spend/report /spend/calculate /spend/keys /spend/logs /spend/logs/session/ui /spend/logs/ui
      /spend/logs/ui/{request_id} /spend/logs/v2 /spend/tags /spend/users /team/spend/report /user/spend/report
    `,
  },
  team_service_account_key_routes: { groups: '', paths: '/key/generate /key/update' },
  ui_routes: {
    groups: 'info_routes',
    paths: `
      /config /gateway/daily/activity /get/ui_settings /global/activity /global/predict/spend/logs /global/spend /global/spend/keys
      /global/spend/logs /global/spend/models /global/spend/tags /login /spend /sso
    `,
  },
};
