import type { JsonObject } from '@stagegate/core-transforms';

/** What a token of the model costs here, USD, in and out alike: sums are seen at a glance. */
export const TOKEN_USD = 0.001;

/** The model access group that `priced` is in: a key pays for it only where a list names it. */
export const PRICED_GROUP = 'dear';

/** A model `priced` whose every token costs `TOKEN_USD`, and one for messages. */
export const priced = (upstreamUrl: string): JsonObject => ({
  model_list: [
    {
      model_name: 'priced',
      litellm_params: {
        model: 'openai/gpt-4o',
        api_base: `${upstreamUrl}/v1`,
        api_key: 'k',
        input_cost_per_token: TOKEN_USD,
        output_cost_per_token: TOKEN_USD,
        cache_read_input_token_cost: TOKEN_USD,
      },
      model_info: { access_groups: [PRICED_GROUP] },
    },
    { model_name: 'chat', litellm_params: { model: 'openai/gpt-4o', api_base: `${upstreamUrl}/v1`, api_key: 'k' } },
    { model_name: 'messages', litellm_params: { model: 'anthropic/claude-sonnet-4-5', api_base: upstreamUrl, api_key: 'k' } },
  ],
});

/** A provider's answer of ten tokens, without an id. */
export const ANSWER = {
  object: 'chat.completion',
  created: 1_764_000_000,
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello to you' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
};
