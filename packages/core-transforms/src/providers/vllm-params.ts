/** What vLLM and NIM take beside OpenAI's parameters, and no other server. Source: LiteLLM 1.106.2, llms/fireworks_ai/chat/transformation.py. */
export const VLLM_ONLY: readonly string[] = [
  'add_generation_prompt',
  'add_special_tokens',
  'allowed_token_ids',
  'bad_words',
  'best_of',
  'continue_final_message',
  'detokenize',
  'guided_decoding_backend',
  'guided_regex',
  'include_reasoning',
  'include_stop_str_in_output',
  'nvext',
  'skip_special_tokens',
  'spaces_between_special_tokens',
  'stop_token_ids',
  'use_beam_search',
];
