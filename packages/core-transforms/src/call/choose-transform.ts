import type { CallTransform } from '../contract/call-transform.ts';
import type { ClientDialect } from '../contract/client-dialect.ts';
import type { EmbeddingsFormat } from '../contract/embeddings-format.ts';
import { fail, ok, type Outcome } from '../contract/outcome.ts';
import type { DialectId, FormatId, Plan } from '../contract/plan.ts';
import type { ProviderFormat } from '../contract/provider-format.ts';
import { countTokensLocal, countTokensNative } from '../formats/anthropic-count-tokens/count-tokens.ts';
import { anthropicMessagesDialect } from '../formats/anthropic-messages/client-dialect.ts';
import { anthropicMessagesFormat } from '../formats/anthropic-messages/format.ts';
import { nativeMessages } from '../formats/anthropic-messages/native-messages.ts';
import { bedrockCountTokens } from '../formats/bedrock-converse/count-tokens.ts';
import { bedrockConverseFormat } from '../formats/bedrock-converse/format.ts';
import { cohereChatFormat } from '../formats/cohere-chat/format.ts';
import { cohereEmbedFormat } from '../formats/cohere-embed/format.ts';
import { bedrockEmbedFormat } from '../formats/bedrock-embed/format.ts';
import { bedrockInvokeFormat, bedrockMessages } from '../formats/bedrock-invoke/format.ts';
import { bedrockNovaFormat } from '../formats/bedrock-invoke/nova.ts';
import { bedrockTextFormat } from '../formats/bedrock-text/format.ts';
import { geminiGenerateFormat } from '../formats/gemini-generate/format.ts';
import { ollamaChatFormat, ollamaGenerateFormat } from '../formats/ollama/format.ts';
import { openaiChatDialect } from '../formats/openai-chat/dialect.ts';
import { openaiChatFormat } from '../formats/openai-chat/format.ts';
import { nativeChat } from '../formats/openai-chat/native.ts';
import { openaiCompletionsDialect } from '../formats/openai-completions/client-dialect.ts';
import { openaiCompletionsFormat } from '../formats/openai-completions/format.ts';
import { nativeCompletions } from '../formats/openai-completions/native.ts';
import { nativeEmbeddings } from '../formats/openai-embeddings/native.ts';
import { throughEmbeddings } from '../formats/openai-embeddings/through-embeddings.ts';
import { withNativeBridge, withResponsesBridge } from '../formats/openai-responses/bridge.ts';
import { openaiResponsesDialect } from '../formats/openai-responses/client-dialect.ts';
import { openaiResponsesFormat } from '../formats/openai-responses/format.ts';
import { countThroughResponses } from '../formats/openai-responses/messages-count.ts';
import { messagesThroughResponses } from '../formats/openai-responses/messages.ts';
import { nativeResponses } from '../formats/openai-responses/native.ts';
import { storedResponses } from '../formats/openai-responses/stored.ts';
import { geminiEmbedFormat } from '../formats/google-embed/gemini.ts';
import { vertexEmbedFormat } from '../formats/google-embed/vertex.ts';
import { huggingfaceEmbedFormat } from '../formats/huggingface-embed/format.ts';
import { ollamaEmbedFormat } from '../formats/ollama/embed.ts';
import { perplexityEmbedFormat } from '../formats/perplexity-embed/format.ts';
import { voyageMultimodalFormat } from '../formats/voyage-multimodal/format.ts';
import { watsonxEmbedFormat } from '../formats/watsonx-embed/format.ts';
import { mistralOcr } from '../formats/mistral-ocr/mistral-ocr.ts';
import { vertexChatFormat } from '../formats/vertex-chat/format.ts';
import { vertexCountTokens } from '../formats/vertex-anthropic/count-tokens.ts';
import { vertexAnthropicFormat, vertexMessages } from '../formats/vertex-anthropic/format.ts';
import { holdsFor } from '../params/model-condition.ts';
import { crossThroughHub } from './crossing.ts';

/** The dialects of clients, which reach providers over the hub. */
const DIALECTS: readonly ClientDialect[] = [anthropicMessagesDialect, openaiChatDialect, openaiCompletionsDialect, openaiResponsesDialect];

/** The formats of providers, which are reached over the hub. */
const FORMATS: readonly ProviderFormat[] = [
  anthropicMessagesFormat,
  bedrockConverseFormat,
  bedrockInvokeFormat,
  bedrockNovaFormat,
  bedrockTextFormat,
  cohereChatFormat,
  geminiGenerateFormat,
  ollamaChatFormat,
  ollamaGenerateFormat,
  withResponsesBridge(openaiChatFormat),
  openaiCompletionsFormat,
  openaiResponsesFormat,
  vertexAnthropicFormat,
  vertexChatFormat,
];

/** The formats of embeddings. Their clients speak OpenAI's dialect only. */
const EMBEDDINGS: readonly EmbeddingsFormat[] = [
  bedrockEmbedFormat,
  cohereEmbedFormat,
  geminiEmbedFormat,
  huggingfaceEmbedFormat,
  ollamaEmbedFormat,
  perplexityEmbedFormat,
  vertexEmbedFormat,
  voyageMultimodalFormat,
  watsonxEmbedFormat,
];

/** Pairs that skip the hub, because client and provider speak alike; and dialects that have no hub at all. */
const NATIVE: readonly [DialectId, FormatId, CallTransform][] = [
  ['anthropic-count-tokens', 'anthropic-count-tokens', countTokensNative],
  ['anthropic-count-tokens', 'bedrock-count-tokens', bedrockCountTokens],
  ['anthropic-count-tokens', 'vertex-count-tokens', vertexCountTokens],
  ['anthropic-count-tokens', 'openai-responses', countThroughResponses],
  ['anthropic-messages', 'anthropic-messages', nativeMessages],
  ['anthropic-messages', 'bedrock-invoke', bedrockMessages],
  ['anthropic-messages', 'openai-responses', messagesThroughResponses],
  ['anthropic-messages', 'vertex-anthropic', vertexMessages],
  ['mistral-ocr', 'mistral-ocr', mistralOcr],
  ['openai-chat', 'openai-chat', withNativeBridge(nativeChat, crossThroughHub(openaiChatDialect, openaiResponsesFormat))],
  ['openai-completions', 'openai-completions', nativeCompletions],
  ['openai-embeddings', 'openai-embeddings', nativeEmbeddings],
  ['openai-responses', 'openai-responses', nativeResponses],
  ['openai-responses-stored', 'openai-responses', storedResponses],
];

const TRANSFORMS: ReadonlyMap<string, CallTransform> = new Map([
  ...DIALECTS.flatMap((dialect) => FORMATS.map((format) => [key(dialect.id, format.id), crossThroughHub(dialect, format)] as const)),
  ...FORMATS.map((format) => [key('anthropic-count-tokens', format.id), countTokensLocal] as const),
  ...EMBEDDINGS.map((format) => [key('openai-embeddings', format.id), throughEmbeddings(format)] as const),
  ...NATIVE.map(([dialect, format, transform]) => [key(dialect, format), transform] as const),
]);

/** Dialects that a provider's row does not tell apart from another one. */
const SPOKEN_AS: Partial<Record<DialectId, DialectId>> = { 'openai-responses-stored': 'openai-responses' };

/**
 * Picks the transform from the client's dialect to the provider's format.
 *
 * errors: `declined` when core has no transform for the pair.
 */
export function chooseTransform(plan: Plan): Outcome<CallTransform> {
  const { format: general, formats } = plan.provider.byModel?.find(({ when }) => holdsFor(when, plan)) ?? plan.provider;
  const format = formats?.[SPOKEN_AS[plan.dialect] ?? plan.dialect] ?? general;
  const transform = TRANSFORMS.get(key(plan.dialect, format));
  if (transform !== undefined) return ok(transform);
  return fail({ kind: 'declined', path: '', reason: `${plan.provider.id} is not known to serve this route (${plan.dialect})` });
}

function key(dialect: DialectId, format: FormatId): string {
  return `${dialect} ${format}`;
}
