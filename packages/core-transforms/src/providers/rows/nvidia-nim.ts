import { compatibleRow, OLD_TOKEN_LIMIT } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

const TOOLS = ['parallel_tool_calls', 'response_format', 'tool_choice', 'tools'];
const PENALTIES = ['frequency_penalty', 'presence_penalty'];

/** Provider `nvidia_nim`. */
export const nvidiaNimRow: ProviderRow = compatibleRow({
  id: 'nvidia_nim',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://integrate.api.nvidia.com/v1',
  keyEnv: ['NVIDIA_NIM_API_KEY'],
  baseEnv: ['NVIDIA_NIM_API_BASE'],
  params: {
    allow: ['max_completion_tokens', 'max_tokens', 'seed', 'stop', 'stream', 'temperature', 'top_p', ...PENALTIES, ...TOOLS],
    adjust: [
      {
        when: { name: /^(?:google\/recurrentgemma-2b|google\/gemma-2-27b-it|(?:google\/)?gemma-2-9b-it)$/u },
        refuse: [...PENALTIES, ...TOOLS, 'max_completion_tokens'],
      },
      { when: { name: /^nvidia\/nemotron-4-340b-instruct$/u }, refuse: [...PENALTIES, ...TOOLS, 'seed', 'stop'] },
      {
        when: { name: /^nvidia\/nemotron-4-340b-reward$/u },
        refuse: [...PENALTIES, ...TOOLS, 'max_completion_tokens', 'max_tokens', 'seed', 'stop', 'temperature', 'top_p'],
      },
      { when: { name: /^google\/codegemma-1\.1-7b$/u }, refuse: [...TOOLS, 'seed'] },
    ],
    rename: OLD_TOKEN_LIMIT,
  },
  source: 'https://docs.api.nvidia.com/nim/reference/llm-apis',
  date: '2026-11-23',
});
