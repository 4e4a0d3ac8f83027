import { compatibleRow, OLD_TOKEN_LIMIT } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `deepinfra`. */
export const deepinfraRow: ProviderRow = compatibleRow({
  id: 'deepinfra',
  baseUrl: 'https://api.deepinfra.com/v1/openai',
  keyEnv: ['DEEPINFRA_API_KEY'],
  baseEnv: ['DEEPINFRA_API_BASE'],
  params: {
    allow: [
      'frequency_penalty',
      'function_call',
      'functions',
      'logit_bias',
      'max_completion_tokens',
      'max_tokens',
      'n',
      'presence_penalty',
      'response_format',
      'stop',
      'stream',
      'temperature',
      'tool_choice',
      'tools',
      'top_p',
    ],
    adjust: [{ when: { supports: 'reasoning' }, allow: ['reasoning_effort'] }],
    values: [
      {
        param: 'tool_choice',
        only: {
          values: ['auto', 'none'],
          message:
            "Deepinfra doesn't support tool_choice={value}. To drop unsupported openai params from the call, set `litellm.drop_params = True`",
        },
      },
      // This model refuses 0.
      { param: 'temperature', when: { name: /^mistralai\/Mistral-7B-Instruct-v0\.1$/u }, clamp: { min: 0.0001 } },
    ],
    rename: OLD_TOKEN_LIMIT,
  },
  chat: { streamUsage: 'never', request: ['drop-tool-choice', 'drop-cache-control', 'tool-content-as-string'] },
  source: 'https://deepinfra.com/docs/openai_api',
  date: '2026-11-23',
});
