import type { ProviderRow } from './provider-row.ts';
import { abliterationRow } from './rows/abliteration.ts';
import { ai21ChatRow } from './rows/ai21-chat.ts';
import { ai21Row } from './rows/ai21.ts';
import { aihubmixRow } from './rows/aihubmix.ts';
import { aimlRow } from './rows/aiml.ts';
import { anthropicRow } from './rows/anthropic.ts';
import { apertisRow } from './rows/apertis.ts';
import { assemblyaiRow } from './rows/assemblyai.ts';
import { azureAiRow } from './rows/azure-ai.ts';
import { azureTextRow } from './rows/azure-text.ts';
import { azureRow } from './rows/azure.ts';
import { basetenRow } from './rows/baseten.ts';
import { bedrockRow } from './rows/bedrock.ts';
import { cerebrasRow } from './rows/cerebras.ts';
import { charityEngineRow } from './rows/charity-engine.ts';
import { chutesRow } from './rows/chutes.ts';
import { clarifaiRow } from './rows/clarifai.ts';
import { codestralRow } from './rows/codestral.ts';
import { cognitionRow } from './rows/cognition.ts';
import { cohereChatRow } from './rows/cohere-chat.ts';
import { cohereRow } from './rows/cohere.ts';
import { cometapiRow } from './rows/cometapi.ts';
import { cortecsRow } from './rows/cortecs.ts';
import { crusoeRow } from './rows/crusoe.ts';
import { customOpenaiRow } from './rows/custom-openai.ts';
import { darkbloomRow } from './rows/darkbloom.ts';
import { dashscopeRow } from './rows/dashscope.ts';
import { databricksRow } from './rows/databricks.ts';
import { deepinfraRow } from './rows/deepinfra.ts';
import { deepseekRow } from './rows/deepseek.ts';
import { dockerModelRunnerRow } from './rows/docker-model-runner.ts';
import { edenaiRow } from './rows/edenai.ts';
import { empiriolabsRow } from './rows/empiriolabs.ts';
import { empowerRow } from './rows/empower.ts';
import { featherlessAiRow } from './rows/featherless-ai.ts';
import { fireworksAiRow } from './rows/fireworks-ai.ts';
import { friendliaiRow } from './rows/friendliai.ts';
import { galadrielRow } from './rows/galadriel.ts';
import { geminiRow } from './rows/gemini.ts';
import { githubRow } from './rows/github.ts';
import { gmiRow } from './rows/gmi.ts';
import { groqRow } from './rows/groq.ts';
import { heliconeRow } from './rows/helicone.ts';
import { hostedVllmRow } from './rows/hosted-vllm.ts';
import { huggingfaceRow } from './rows/huggingface.ts';
import { hyperbolicRow } from './rows/hyperbolic.ts';
import { inceptionRow } from './rows/inception.ts';
import { infinityRow } from './rows/infinity.ts';
import { jinaAiRow } from './rows/jina-ai.ts';
import { lambdaAiRow } from './rows/lambda-ai.ts';
import { libertaiRow } from './rows/libertai.ts';
import { litellmProxyRow } from './rows/litellm-proxy.ts';
import { llamafileRow } from './rows/llamafile.ts';
import { llamagateRow } from './rows/llamagate.ts';
import { lmStudioRow } from './rows/lm-studio.ts';
import { metaLlamaRow } from './rows/meta-llama.ts';
import { metaRow } from './rows/meta.ts';
import { minimaxRow } from './rows/minimax.ts';
import { mistralRow } from './rows/mistral.ts';
import { modelscopeRow } from './rows/modelscope.ts';
import { moonshotRow } from './rows/moonshot.ts';
import { morphRow } from './rows/morph.ts';
import { nanoGptRow } from './rows/nano-gpt.ts';
import { nebiusRow } from './rows/nebius.ts';
import { neosantaraRow } from './rows/neosantara.ts';
import { novitaRow } from './rows/novita.ts';
import { nscaleRow } from './rows/nscale.ts';
import { nvidiaNimRow } from './rows/nvidia-nim.ts';
import { ollamaChatRow } from './rows/ollama-chat.ts';
import { ollamaRow } from './rows/ollama.ts';
import { openaiLikeRow } from './rows/openai-like.ts';
import { openaiRow } from './rows/openai.ts';
import { openrouterRow } from './rows/openrouter.ts';
import { ovhcloudRow } from './rows/ovhcloud.ts';
import { parasailRow } from './rows/parasail.ts';
import { perplexityRow } from './rows/perplexity.ts';
import { pinstripesRow } from './rows/pinstripes.ts';
import { poeRow } from './rows/poe.ts';
import { prismRow } from './rows/prism.ts';
import { publicaiRow } from './rows/publicai.ts';
import { qwenAiPlatformRow } from './rows/qwen-ai-platform.ts';
import { qwencloudRow } from './rows/qwencloud.ts';
import { rekaRow } from './rows/reka.ts';
import { sagemakerChatRow } from './rows/sagemaker-chat.ts';
import { sailRow } from './rows/sail.ts';
import { sambanovaRow } from './rows/sambanova.ts';
import { scalewayRow } from './rows/scaleway.ts';
import { scxAiRow } from './rows/scx-ai.ts';
import { syntheticRow } from './rows/synthetic.ts';
import { tencentRow } from './rows/tencent.ts';
import { tensormeshRow } from './rows/tensormesh.ts';
import { textCompletionCodestralRow } from './rows/text-completion-codestral.ts';
import { textCompletionInceptionRow } from './rows/text-completion-inception.ts';
import { textCompletionOpenaiRow } from './rows/text-completion-openai.ts';
import { togetherAiRow } from './rows/together-ai.ts';
import { v0Row } from './rows/v0.ts';
import { veniceaiRow } from './rows/veniceai.ts';
import { vercelAiGatewayRow } from './rows/vercel-ai-gateway.ts';
import { vertexAiBetaRow } from './rows/vertex-ai-beta.ts';
import { vertexAiRow } from './rows/vertex-ai.ts';
import { volcengineRow } from './rows/volcengine.ts';
import { voyageRow } from './rows/voyage.ts';
import { wandbRow } from './rows/wandb.ts';
import { watsonxRow } from './rows/watsonx.ts';
import { xaiRow } from './rows/xai.ts';
import { xiaomiMimoRow } from './rows/xiaomi-mimo.ts';
import { xinferenceRow } from './rows/xinference.ts';
import { zaiRow } from './rows/zai.ts';

/** Sorted by id. A new provider is a file in rows/ and a line here. */
const ROWS: readonly ProviderRow[] = [
  abliterationRow,
  ai21Row,
  ai21ChatRow,
  aihubmixRow,
  aimlRow,
  anthropicRow,
  apertisRow,
  assemblyaiRow,
  azureRow,
  azureAiRow,
  azureTextRow,
  basetenRow,
  bedrockRow,
  cerebrasRow,
  charityEngineRow,
  chutesRow,
  clarifaiRow,
  codestralRow,
  cognitionRow,
  cohereRow,
  cohereChatRow,
  cometapiRow,
  cortecsRow,
  crusoeRow,
  customOpenaiRow,
  darkbloomRow,
  dashscopeRow,
  databricksRow,
  deepinfraRow,
  deepseekRow,
  dockerModelRunnerRow,
  edenaiRow,
  empiriolabsRow,
  empowerRow,
  featherlessAiRow,
  fireworksAiRow,
  friendliaiRow,
  galadrielRow,
  geminiRow,
  githubRow,
  gmiRow,
  groqRow,
  heliconeRow,
  hostedVllmRow,
  huggingfaceRow,
  hyperbolicRow,
  inceptionRow,
  infinityRow,
  jinaAiRow,
  lambdaAiRow,
  libertaiRow,
  litellmProxyRow,
  llamafileRow,
  llamagateRow,
  lmStudioRow,
  metaRow,
  metaLlamaRow,
  minimaxRow,
  mistralRow,
  modelscopeRow,
  moonshotRow,
  morphRow,
  nanoGptRow,
  nebiusRow,
  neosantaraRow,
  novitaRow,
  nscaleRow,
  nvidiaNimRow,
  ollamaRow,
  ollamaChatRow,
  openaiRow,
  openaiLikeRow,
  openrouterRow,
  ovhcloudRow,
  parasailRow,
  perplexityRow,
  pinstripesRow,
  poeRow,
  prismRow,
  publicaiRow,
  qwenAiPlatformRow,
  qwencloudRow,
  rekaRow,
  sagemakerChatRow,
  sailRow,
  sambanovaRow,
  scalewayRow,
  scxAiRow,
  syntheticRow,
  tencentRow,
  tensormeshRow,
  textCompletionCodestralRow,
  textCompletionInceptionRow,
  textCompletionOpenaiRow,
  togetherAiRow,
  v0Row,
  veniceaiRow,
  vercelAiGatewayRow,
  vertexAiRow,
  vertexAiBetaRow,
  volcengineRow,
  voyageRow,
  wandbRow,
  watsonxRow,
  xaiRow,
  xiaomiMimoRow,
  xinferenceRow,
  zaiRow,
];

const BY_ID: ReadonlyMap<string, ProviderRow> = new Map(ROWS.map((row) => [row.id, row]));

/** The row of a provider; undefined if it has none. */
export function findProvider(id: string): ProviderRow | undefined {
  return BY_ID.get(id);
}

/** Every provider, sorted by id. */
export function listProviders(): readonly ProviderRow[] {
  return ROWS;
}
