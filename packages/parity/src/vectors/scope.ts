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

/** Providers whose vectors were recorded after the rest: four each, of chat. */
const RECORDED_LATER = [
  'abliteration',
  'ai21_chat',
  'aihubmix',
  'aiml',
  'apertis',
  'assemblyai',
  'azure_text',
  'baseten',
  'charity_engine',
  'chutes',
  'clarifai',
  'cognition',
  'cometapi',
  'cortecs',
  'crusoe',
  'custom_openai',
  'darkbloom',
  'docker_model_runner',
  'edenai',
  'empiriolabs',
  'empower',
  'featherless_ai',
  'friendliai',
  'galadriel',
  'gmi',
  'helicone',
  'hyperbolic',
  'inception',
  'lambda_ai',
  'libertai',
  'litellm_proxy',
  'llamagate',
  'meta',
  'meta_llama',
  'modelscope',
  'morph',
  'nano-gpt',
  'neosantara',
  'novita',
  'nscale',
  'parasail',
  'pinstripes',
  'poe',
  'prism',
  'publicai',
  'qwen_ai_platform',
  'qwencloud',
  'reka',
  'sail',
  'scaleway',
  'scx-ai',
  'synthetic',
  'tencent',
  'tensormesh',
  'text-completion-inception',
  'v0',
  'veniceai',
  'vercel_ai_gateway',
  'vertex_ai_beta',
  'volcengine',
  'wandb',
  'xiaomi_mimo',
  'xinference',
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
    ...RECORDED_LATER,
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
