/**
 * Parameters of model APIs that make two calls different. Source: LiteLLM 1.106.2, litellm_core_utils/model_param_helper.py
 * `get_all_llm_api_params`; a test compares them with recorded/cache-keys.json.
 */
export const API_PARAMS: ReadonlySet<string> = new Set(
  `audio background best_of cache_control chunking_strategy compaction container context_management conversation
   dimensions documents echo encoding_format file frequency_penalty function_call functions include inference_geo input
   instruction instructions keywords known_speaker_names known_speaker_references language languages logit_bias logprobs
   max_chunks_per_doc max_completion_tokens max_output_tokens max_tokens max_tokens_per_doc max_tokens_per_query
   max_tool_calls mcp_servers messages modalities model moderation n output_config output_format parallel_tool_calls
   prediction presence_penalty previous_response_id prompt prompt_cache_key prompt_cache_options prompt_cache_retention
   query rank_fields reasoning reasoning_effort response_format return_documents safeguards safety_identifier seed
   service_tier speed stop stop_sequences store stream stream_options suffix system temperature text thinking
   timestamp_granularities tool_choice tools top_k top_logprobs top_n top_p truncate_prompt_tokens truncation
   truncation_side user verbosity web_search_options`.split(/\s+/u),
);
