import { matchesGlob } from 'node:path';

/** Providers that speak OpenAI's chat dialect, as the vectors know them. */
const OPENAI_COMPATIBLE = [
  'ai21',
  'cerebras',
  'dashscope',
  'databricks',
  'deepinfra',
  'deepseek',
  'fireworks_ai',
  'github',
  'groq',
  'hosted_vllm',
  'huggingface',
  'llamafile',
  'lm_studio',
  'minimax',
  'moonshot',
  'nebius',
  'nvidia_nim',
  'ollama',
  'openai',
  'openrouter',
  'perplexity',
  'sagemaker',
  'sambanova',
  'together_ai',
  'watsonx',
  'xai',
  'zai',
];

/**
 * What is built: route directory → providers. Cases of other routes and providers are skipped, and nothing else ever is;
 * the list only grows.
 */
const IN_SCOPE: Readonly<Record<string, readonly string[]>> = {
  chat_completions: [
    'anthropic',
    'azure',
    'azure_ai',
    'bedrock',
    'cohere',
    'gateway',
    'gemini',
    'mistral',
    ...OPENAI_COMPATIBLE,
    'vertex_ai',
  ],
  messages: ['anthropic', 'azure', 'azure_ai', 'bedrock', 'cohere', 'gateway', 'gemini', 'mistral', ...OPENAI_COMPATIBLE, 'vertex_ai'],
  completions: [
    'anthropic',
    'azure',
    'bedrock',
    'deepseek',
    'fireworks_ai',
    'gemini',
    'hosted_vllm',
    'mistral',
    'ollama',
    'openai',
    'together_ai',
  ],
  messages_count_tokens: ['anthropic', 'azure_ai', 'bedrock', 'gateway', 'openai', 'vertex_ai'],
  responses: [
    'anthropic',
    'azure',
    'azure_ai',
    'bedrock',
    'cohere',
    'deepseek',
    'gateway',
    'gemini',
    'groq',
    'hosted_vllm',
    'mistral',
    'ollama',
    'openai',
    'openrouter',
    'vertex_ai',
    'xai',
  ],
  ocr: ['gateway', 'mistral'],
  models: ['gateway'],
  gateway_other: ['gateway'],
};

/** Cases that document nothing worth copying: they are left out of the play, each pattern for its reason. */
const EXCLUDED = [{ ids: 'gw-mock_response*', why: 'the recording proxy ignored `mock_response` from clients' }];

/** Why a case is not played; undefined when it is. `routeDirectory` is the first folder of its path. */
export function skipReason(routeDirectory: string, provider: string): string | undefined {
  const providers = IN_SCOPE[routeDirectory];
  if (providers === undefined) return `route ${routeDirectory} is not built`;
  return providers.includes(provider) ? undefined : `provider ${provider} is not built for ${routeDirectory}`;
}

/** Whether a case takes no part at all. */
export function isExcluded(id: string): boolean {
  return EXCLUDED.some(({ ids }) => matchesGlob(id, ids));
}
