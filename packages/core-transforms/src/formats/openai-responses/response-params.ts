/**
 * Parameters of the responses API. As in the reference, no other member of a client's body is sent.
 * Source: LiteLLM 1.106.2, types/llms/openai.py `ResponsesAPIOptionalRequestParams`, read 2026-11-23.
 */
export const RESPONSE_PARAMS: ReadonlySet<string> = new Set(
  `include instructions max_output_tokens metadata parallel_tool_calls previous_response_id reasoning store background stream
   temperature text tool_choice tools top_p truncation user service_tier safety_identifier prompt max_tool_calls
   prompt_cache_key prompt_cache_retention prompt_cache_options stream_options top_logprobs partial_images
   context_management`.split(/\s+/u),
);
